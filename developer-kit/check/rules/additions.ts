import { classesOf } from '../../../shared/access/labels';
import { placesOf } from '../definitions';
import type { Rule } from './rule';

/** Reports new elements and their requirements as notes. */
export const additions: Rule = ({ before, after }) =>
  [...after.agencies.values()].flatMap(({ agency, definitions }) => {
    const known = before.definitions.get(agency) ?? new Map();
    return [...definitions]
      .filter(([coordinate]) => !known.has(coordinate) && !isPartOfNew(coordinate, definitions, known))
      .map(([coordinate, node]) => {
        const classes = classesOf(after.graph?.requirements.get(coordinate) ?? []);
        const asks = classes.length === 0 ? '' : `, which requires ${classes.join(' and ')}`;
        const message = `${coordinate}${asks}`;
        return { what: 'added', severity: 'note', agencies: [agency], message, places: placesOf(node) } as const;
      });
  });

// Private:

interface Known {
  has(coordinate: string): boolean;
}

/** Parts of a new type or field are reported with it. */
function isPartOfNew(coordinate: string, definitions: Known, known: Known): boolean {
  const owners = [coordinate.split('.')[0] ?? '', coordinate.split('(')[0] ?? ''];
  return owners.some((owner) => owner !== coordinate && definitions.has(owner) && !known.has(owner));
}
