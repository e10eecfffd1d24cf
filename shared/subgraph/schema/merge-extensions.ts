import { type DefinitionNode, type DocumentNode, Kind, type TypeDefinitionNode, type TypeExtensionNode } from 'graphql';

/**
 * Merges every `extend type X` into the definition of X, so that each type is found in one place. Fields and values
 * keep their file and line. An extension of a type that the schema does not define stays as it is.
 */
export function mergeExtensions(schema: DocumentNode): DocumentNode {
  const extensions = new Map<string, TypeExtensionNode[]>();
  const bases = new Set<string>();
  for (const node of schema.definitions) {
    const extended = keyOfExtension(node);
    if (extended !== undefined)
      extensions.set(extended, [...(extensions.get(extended) ?? []), node as TypeExtensionNode]);
    else if (isExtensible(node)) bases.add(keyOf(node));
  }
  const merged = new Set<string>();
  return {
    ...schema,
    definitions: schema.definitions.flatMap((node): readonly DefinitionNode[] => {
      const extended = keyOfExtension(node);
      if (extended !== undefined) return bases.has(extended) ? [] : [node];
      // A second definition of a name is an error, which schema validation reports.
      if (!isExtensible(node) || merged.has(keyOf(node))) return [node];
      merged.add(keyOf(node));
      return [(extensions.get(keyOf(node)) ?? []).reduce(withExtension, node)];
    }),
  };
}

// Private:

/** Definitions by the kind of the extensions that can add to them. */
const EXTENSION_KIND: ReadonlyMap<string, string> = new Map([
  [Kind.OBJECT_TYPE_DEFINITION, Kind.OBJECT_TYPE_EXTENSION],
  [Kind.INTERFACE_TYPE_DEFINITION, Kind.INTERFACE_TYPE_EXTENSION],
  [Kind.INPUT_OBJECT_TYPE_DEFINITION, Kind.INPUT_OBJECT_TYPE_EXTENSION],
  [Kind.ENUM_TYPE_DEFINITION, Kind.ENUM_TYPE_EXTENSION],
  [Kind.UNION_TYPE_DEFINITION, Kind.UNION_TYPE_EXTENSION],
]);

const EXTENSION_KINDS: ReadonlySet<string> = new Set(EXTENSION_KIND.values());

const isExtensible = (node: DefinitionNode): node is TypeDefinitionNode => EXTENSION_KIND.has(node.kind);

const keyOf = ({ kind, name }: TypeDefinitionNode): string => `${EXTENSION_KIND.get(kind)} ${name.value}`;

function keyOfExtension(node: DefinitionNode): string | undefined {
  return EXTENSION_KINDS.has(node.kind) ? `${node.kind} ${(node as TypeExtensionNode).name.value}` : undefined;
}

/** The lists of a definition to which an extension can add. */
const LISTS = ['interfaces', 'directives', 'fields', 'values', 'types'] as const;

function withExtension(definition: TypeDefinitionNode, extension: TypeExtensionNode): TypeDefinitionNode {
  const [own, added] = [definition, extension] as unknown as Readonly<Record<string, readonly unknown[] | undefined>>[];
  const lists = LISTS.filter((list) => added?.[list] !== undefined);
  return {
    ...definition,
    ...Object.fromEntries(lists.map((list) => [list, [...(own?.[list] ?? []), ...(added?.[list] ?? [])]])),
  } as TypeDefinitionNode;
}
