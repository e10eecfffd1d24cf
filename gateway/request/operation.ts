import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql';

/** An operation, with the document that its fragments are in. */
export interface DocumentOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** By name; as the library's `collectFields` takes them. */
export type Fragments = Record<string, FragmentDefinitionNode>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments: Fragments = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
