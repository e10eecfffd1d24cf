import type { AccessTrace, Children } from '../../shared/access/accesses';
import { CHILD_ID } from '../../shared/domain/child-id';
import { holdsNumberOfAPerson } from '../../shared/domain/free-text';
import { isData } from '../federation/execution/own';
import { placeAt } from './asked-places';
import { addChildren } from './child-keys';
import type { ExpectedReport } from './expected-report';
import { childrenUnnamed } from './thing-places';

/** Whom an agency may speak about. */
export interface Spoken {
  /** The children whom it was asked about. */
  readonly asked: readonly string[];
  /** Those whom the operation names otherwise. */
  readonly named: () => readonly string[];
  readonly data: unknown;
}

const ANSWERS: ReadonlySet<unknown> = new Set(['clear', 'masked', 'refused', 'asked', 'written']);

/** More children than any answer is about: a page of 200 cases with 50 children each. */
const MOST_CHILDREN = 10_000;

/**
 * Whether what an agency tells for the ledger is what it may tell: of its own data classes that were asked for, about
 * children whom it was asked about, whom the request names or who stand in its answer, and no word of what it holds. What
 * is not would stand in the ledger for ever. How much there is is looked at before each of it is.
 */
export function isAccessTrace(value: unknown, expected: ExpectedReport, spoken: Spoken): value is AccessTrace {
  const { children, looks, places } = (value ?? {}) as Partial<Record<keyof AccessTrace, unknown>>;
  const { classes, size } = expected;
  if (!Array.isArray(looks) || looks.length > classes.size * ANSWERS.size) return false;
  if (!Array.isArray(places) || places.length > size) return false;
  if (children !== undefined && !(Array.isArray(children) && areSpokenAbout(children, expected, spoken))) return false;
  const count = children === undefined ? spoken.asked.length : children.length;
  return (
    looks.every(isData) &&
    places.every(isData) &&
    looks.every(
      ({ dataClass, answer, children: about }) =>
        classes.has(dataClass as string) && ANSWERS.has(answer) && areChildren(about, count),
    ) &&
    places.every(
      ({ path, children: there }) =>
        Array.isArray(path) && placeAt(expected.places, path) !== undefined && areChildren(there, count),
    )
  );
}

function areSpokenAbout(
  told: readonly unknown[],
  { childKeys, things }: ExpectedReport,
  { asked, named, data }: Spoken,
): told is readonly string[] {
  if (told.length > MOST_CHILDREN) return false;
  const children = new Set(told);
  if (children.size < told.length) return false;
  const known = new Set(asked);
  addChildren(data, childKeys, known);
  const isOther = (child: unknown) => !known.has(child as string);
  if (!told.some(isOther)) return true;
  for (const child of named()) known.add(child);
  const others = told.filter(isOther);
  if (others.length === 0) return true;
  // Whom a case is about only its agency knows; how many that can be, everybody does.
  return others.every(isPseudonym) && others.length <= childrenUnnamed(data, things);
}

const isPseudonym = (value: unknown): boolean =>
  typeof value === 'string' && CHILD_ID.test(value) && !holdsNumberOfAPerson(value);

const areChildren = (value: unknown, count: number): value is Children =>
  value === 'all' ||
  (Array.isArray(value) &&
    value.length <= count &&
    value.every((index) => Number.isInteger(index) && index >= 0 && index < count));
