import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  visit,
} from 'graphql';

/** Derives the API schema, as clients see it: without inaccessible elements and federation's directives. */
export function apiSchema(supergraph: DocumentNode): GraphQLSchema {
  const open = (node: { readonly directives?: readonly ConstDirectiveNode[] }): null | undefined =>
    node.directives?.some(({ name }) => name.value === 'inaccessible') ? null : undefined;
  const visible = visit(
    { ...supergraph, definitions: supergraph.definitions.filter(isClients) },
    {
      ObjectTypeDefinition: { enter: open },
      InterfaceTypeDefinition: { enter: open },
      UnionTypeDefinition: { enter: open },
      ScalarTypeDefinition: { enter: open },
      EnumTypeDefinition: { enter: open },
      InputObjectTypeDefinition: { enter: open },
      FieldDefinition: { enter: open },
      InputValueDefinition: { enter: open },
      EnumValueDefinition: { enter: open },
      Directive: { leave: ({ name }) => (name.value === 'deprecated' ? undefined : null) },
    },
  );
  return buildASTSchema(visible, { assumeValid: true });
}

// Private:

/** Types of federation's features are named after them: `join__Graph`. */
function isClients(definition: DefinitionNode): boolean {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) return false;
  return !('name' in definition && definition.name?.value.includes('__'));
}
