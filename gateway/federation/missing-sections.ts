import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import type { Coordinate } from '../../shared/access/labels';

export interface MissingSections {
  /** One object per representation, with what "no data" looks like in every field that was asked for. */
  readonly entities: readonly Readonly<Record<string, null | readonly never[]>>[];
  /** The fields that stand in for an answer. */
  readonly coordinates: readonly Coordinate[];
}

/**
 * What takes the place of an agency's sections when the agency does not answer, so that the others' still stand: null, or
 * [] for lists, each of them accompanied by an error that says why it is empty.
 *
 * @param fetch a planner's operation on `_entities`.
 */
export function missingSections(
  fetch: DocumentNode,
  representations: readonly { readonly __typename: string }[],
  listFields: ReadonlySet<Coordinate>,
): MissingSections {
  const coordinates = new Set<Coordinate>();
  const byType = new Map<string, Record<string, null | readonly never[]>>();
  for (const definition of fetch.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const root of definition.selectionSet.selections) {
      if (root.kind === Kind.FIELD && root.selectionSet) collect(root.selectionSet, undefined);
    }
  }
  return {
    entities: representations.map(({ __typename }) => ({ ...byType.get(__typename) })),
    coordinates: [...coordinates],
  };

  function collect(selections: SelectionSetNode, typeName: string | undefined): void {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? typeName);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fetch.definitions.find(
          (definition) =>
            definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
        );
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION)
          collect(fragment.selectionSet, fragment.typeCondition.name.value);
      } else if (typeName !== undefined && selection.name.value !== '__typename') {
        const coordinate = `${typeName}.${selection.name.value}`;
        const fields = byType.get(typeName) ?? Object.create(null);
        fields[selection.alias?.value ?? selection.name.value] = listFields.has(coordinate) ? [] : null;
        byType.set(typeName, fields);
        coordinates.add(coordinate);
      }
    }
  }
}
