import type { Value } from '../access/expression';

/** A child about whom every agency has data of every kind, so that a test of rules always has something to show. */
export interface FullChild {
  readonly id: string;
  readonly idNumber: string;
  readonly birthDate: string;
  readonly region: string;
  /** The district's today, ISO. */
  readonly today: string;
}

/**
 * One agency's data about the full child, from `test/full-child.ts` in its folder. Every text is unique among all
 * agencies, so that it identifies its field wherever it turns up.
 */
export interface FullChildPart {
  /** A value for every field that the agency's cases name, by the fields of `Child`; for lists, the only element. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** Attributes of its records that rules read besides region and child, by data class, if there are any. */
  readonly records?: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  /** Rows by table of schema `base`, each table after those that it refers to. */
  readonly rows: Readonly<Record<string, readonly object[]>>;
}

/** The default export of `test/full-child.ts`. */
export type DescribeFullChild = (child: FullChild) => FullChildPart;
