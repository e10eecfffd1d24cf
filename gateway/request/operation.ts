import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql';

/** An operation with its document, which contains its fragments. */
export interface DocumentOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Fragments by name, in the form of the library's `collectFields`. */
export type Fragments = Record<string, FragmentDefinitionNode>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments: Fragments = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
