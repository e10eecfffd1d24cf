import type { AccessTrace, Children } from '../../shared/access/accesses';
import { CHILD_ID } from '../../shared/domain/child-id';
import { holdsNumberOfAPerson } from '../../shared/domain/free-text';
import { isData } from '../federation/execution/own';
import { placeAt } from './asked-places';
import { addChildren } from './child-keys';
import type { ExpectedReport } from './expected-report';
import { childrenUnnamed } from './thing-places';

/** The children that an agency may report on. */
export interface Spoken {
  /** The children that it was asked about. */
  readonly asked: readonly string[];
  /** Other children that the operation names. */
  readonly named: () => readonly string[];
  readonly data: unknown;
}

const ANSWERS: ReadonlySet<unknown> = new Set(['clear', 'masked', 'refused', 'asked', 'written']);

/** Upper bound of children in one trace: a page of 200 cases with 50 children each. */
const MOST_CHILDREN = 10_000;

/**
 * Checks an agency's access trace before it enters the ledger, which keeps it for years. A trace may list the agency's own data
 * classes that the operation accesses, for children that the agency was asked about, that the request names or that the answer
 * contains; it has no free text. Sizes are checked before contents.
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
  // Only its agency knows a case's children; their number is bounded.
  return others.every(isPseudonym) && others.length <= childrenUnnamed(data, things);
}

const isPseudonym = (value: unknown): boolean =>
  typeof value === 'string' && CHILD_ID.test(value) && !holdsNumberOfAPerson(value);

const areChildren = (value: unknown, count: number): value is Children =>
  value === 'all' ||
  (Array.isArray(value) &&
    value.length <= count &&
    value.every((index) => Number.isInteger(index) && index >= 0 && index < count));
