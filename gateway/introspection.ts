import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, visit } from 'graphql';
import { failure } from '../shared/errors';
import type { EngineContext } from './graphql-engine';

/**
 * The schema is open to the role `developer` only. A plugin, not a validation rule: validation runs once per document
 * and is remembered for every caller.
 */
export function introspectionForDevelopers(): ApolloServerPlugin<EngineContext> {
  const known = new WeakMap<DocumentNode, boolean>();
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, contextValue }) {
          if (contextValue.request.access.caller.roles.includes('developer')) return;
          const found = known.get(document) ?? introspects(document);
          known.set(document, found);
          if (found) throw failure('INTROSPECTION_REFUSED');
        },
      };
    },
  };
}

function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true;
    },
  });
  return found;
}
