import type { Children, ToldLooks } from '../../shared/access/looks';
import type { Agency } from '../../shared/agencies';
import { CHILD_ID } from '../../shared/child-id';

const ANSWERS: ReadonlySet<unknown> = new Set(['clear', 'masked', 'refused', 'asked', 'written']);
const CLASS_NAME = /^[a-z-]+$/;

/**
 * Whether what an agency tells for the ledger is what it may tell: of its own data classes, about children, and no word of
 * what it holds. What is not would stand in the ledger for ever.
 *
 * @param asked how many children the agency was asked about.
 */
export function isToldLooks(value: unknown, agency: Agency, asked: number): value is ToldLooks {
  const { children, looks, places } = (value ?? {}) as Partial<Record<keyof ToldLooks, unknown>>;
  if (!Array.isArray(looks) || !Array.isArray(places)) return false;
  if (children !== undefined && !(Array.isArray(children) && children.every(isPseudonym))) return false;
  const count = children === undefined ? asked : children.length;
  return (
    looks.every(isObject) &&
    places.every(isObject) &&
    looks.every(
      ({ dataClass, answer, children: about }) =>
        isClassOf(agency, dataClass) && ANSWERS.has(answer) && areChildren(about, count),
    ) &&
    places.every(({ path, children: there }) => isPath(path) && areChildren(there, count))
  );
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const isPseudonym = (value: unknown): boolean => typeof value === 'string' && CHILD_ID.test(value);

const isClassOf = (agency: Agency, name: unknown): boolean =>
  typeof name === 'string' && name.startsWith(`${agency}.`) && CLASS_NAME.test(name.slice(agency.length + 1));

const isPath = (path: unknown): boolean => Array.isArray(path) && path.every((step) => typeof step === 'string');

const areChildren = (value: unknown, count: number): value is Children =>
  value === 'all' ||
  (Array.isArray(value) && value.every((index) => Number.isInteger(index) && index >= 0 && index < count));
