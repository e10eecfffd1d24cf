import { type Data, isData, own } from './own';

/** A step of a path in a plan: to a field's value, or with `@` to the elements of a list. */
export interface PathStep {
  readonly key: string;
  /** The names of the types whose objects it leads to; undefined for all. */
  readonly types: ReadonlySet<string> | undefined;
}

/** Reads a path of the planner: `['', 'pairs', '@', '@|[Pupil,Teacher]', 'friends']`. Only some begin with `''`. */
export function pathSteps(path: readonly (string | number)[]): readonly PathStep[] {
  return path
    .map((step) => {
      const [key = '', types] = String(step).split('|');
      return { key, types: types === undefined ? undefined : new Set(types.slice(1, -1).split(',')) };
    })
    .filter(({ key }) => key !== '');
}

/** The objects at a path below the given ones, in order, without nulls. */
export function objectsAt(objects: readonly Data[], path: readonly PathStep[]): readonly Data[] {
  let found: readonly unknown[] = objects;
  for (const { key, types } of path) {
    const next: unknown[] = [];
    for (const value of found) {
      if (key === '@') {
        if (Array.isArray(value)) for (const item of value) next.push(item);
      } else if (isData(value)) next.push(own(value, key));
    }
    found = types === undefined ? next : next.filter((value) => isOneOf(types, value));
  }
  return found.filter(isData);
}

/** The objects at a path, each with its place, which includes list indices. */
export function placesAt(
  root: Data,
  path: readonly PathStep[],
): readonly { readonly object: Data; readonly place: readonly (string | number)[] }[] {
  let found: readonly { readonly value: unknown; readonly place: readonly (string | number)[] }[] = [
    { value: root, place: [] },
  ];
  for (const { key, types } of path) {
    found = found.flatMap(({ value, place }) => {
      if (key !== '@') return isData(value) ? [{ value: own(value, key), place: [...place, key] }] : [];
      return Array.isArray(value) ? value.map((item, index) => ({ value: item, place: [...place, index] })) : [];
    });
    if (types !== undefined) found = found.filter(({ value }) => isOneOf(types, value));
  }
  return found.flatMap(({ value, place }) => (isData(value) ? [{ object: value, place }] : []));
}

/** The planner fetches the `__typename` of objects at steps with types. */
const isOneOf = (types: ReadonlySet<string>, value: unknown): boolean =>
  isData(value) && types.has(String(value.__typename));
