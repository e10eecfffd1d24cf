import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from '../request/operation';

/**
 * Counts how often the most repeated response key is selected in one object of the response. Fields with the same key
 * are merged, and so are the selections below them (https://spec.graphql.org/October2021/#sec-Field-Selection-Merging):
 * validators compare all of them in pairs, on whichever type they are selected.
 *
 * `{ child { id id ...F } child { id } } fragment F on Child { id }` has `id` four times.
 *
 * The work is at most proportional to the operation with its fragments expanded, whose size must have been checked
 * before. No fragment may spread itself.
 */
export function mostRepeatedKey(document: DocumentNode): (selections: SelectionSetNode) => number {
  const fragments = fragmentsOf(document);

  const within = (sets: readonly SelectionSetNode[]): number => {
    const byKey = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          const alike = byKey.get(key);
          if (alike === undefined) byKey.set(key, [selection]);
          else alike.push(selection);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet);
        } else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          const fragment = fragments[selection.name.value];
          if (fragment !== undefined) collect(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) collect(set);
    let most = 0;
    for (const fields of byKey.values()) {
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      most = Math.max(most, fields.length, below.length === 0 ? 0 : within(below));
    }
    return most;
  };
  return (selections) => within([selections]);
}
