import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/**
 * Refuses `Query._service`, by which a subgraph would show its schema with all directives (Apollo Federation subgraph
 * specification, "Fetch service capabilities").
 */
export function NoServiceDefinitionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.name.value !== '_service') return;
      context.reportError(new GraphQLError('This agency does not show its schema.', { nodes: node }));
    },
  };
}
