import type { Value } from '../access/expression';

/** Of whom every agency has something of every kind, so that a test of rules always has something to show. */
export interface FullChild {
  readonly id: string;
  readonly idNumber: string;
  readonly birthDate: string;
  readonly region: string;
  /** The district's today, ISO. */
  readonly today: string;
}

/**
 * What one agency has about the full child, in `test/full-child.ts` of its folder. No two texts of all agencies are alike:
 * wherever one of them turns up, it is known which field it came from.
 */
export interface FullChildPart {
  /** A value for every field that the agency's cases name, by the fields of `Child`; of lists, the only element. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** What rules see of its records besides region and child, by data class, where they see more. */
  readonly records?: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  /** Rows by table of schema `base`, each table after those that it refers to. */
  readonly rows: Readonly<Record<string, readonly object[]>>;
}

/** What `test/full-child.ts` exports by default. */
export type DescribeFullChild = (child: FullChild) => FullChildPart;
