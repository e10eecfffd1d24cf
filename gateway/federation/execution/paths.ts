import { type Data, isData, own } from './own';

/** The objects at a path below the given ones, in order, without nulls. `@` stands for the elements of a list. */
export function objectsAt(objects: readonly Data[], path: readonly string[]): readonly Data[] {
  let found: readonly unknown[] = objects;
  for (const step of path) {
    const next: unknown[] = [];
    for (const value of found) {
      if (step === '@') {
        if (Array.isArray(value)) for (const item of value) next.push(item);
      } else if (isData(value)) next.push(own(value, step));
    }
    found = next;
  }
  return found.filter(isData);
}

/** The objects at a path, each with its place, which includes list indices. */
export function placesAt(
  root: Data,
  path: readonly string[],
): readonly { readonly object: Data; readonly place: readonly (string | number)[] }[] {
  let found: readonly { readonly value: unknown; readonly place: readonly (string | number)[] }[] = [
    { value: root, place: [] },
  ];
  for (const step of path) {
    found = found.flatMap(({ value, place }) => {
      if (step !== '@') return isData(value) ? [{ value: own(value, step), place: [...place, step] }] : [];
      return Array.isArray(value) ? value.map((item, index) => ({ value: item, place: [...place, index] })) : [];
    });
  }
  return found.flatMap(({ value, place }) => (isData(value) ? [{ object: value, place }] : []));
}
