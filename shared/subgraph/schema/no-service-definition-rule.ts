import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/**
 * Refuses `Query._service`, which would reveal the subgraph's schema with all directives (Apollo Federation subgraph
 * specification, "Fetch service capabilities").
 */
export function NoServiceDefinitionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.name.value !== '_service') return;
      context.reportError(new GraphQLError('This subgraph does not reveal its schema.', { nodes: node }));
    },
  };
}
