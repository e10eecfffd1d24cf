import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, visit } from 'graphql';
import { failure } from '../../shared/protocol/errors';
import type { EngineContext } from '../request/engine-context';

/**
 * The schema is open to the role `developer` only. A plugin, not a validation rule: validation runs once per document
 * and is remembered for every caller.
 */
export function introspectionForDevelopers(): ApolloServerPlugin<EngineContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, contextValue }) {
          if (contextValue.request.access.caller.roles.includes('developer')) return;
          if (introspects(document)) throw failure('INTROSPECTION_REFUSED');
        },
      };
    },
  };
}

const known = new WeakMap<DocumentNode, boolean>();

/** Whether a document asks about the schema, once per document. */
export function introspects(document: DocumentNode): boolean {
  const remembered = known.get(document);
  if (remembered !== undefined) return remembered;
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true;
    },
  });
  known.set(document, found);
  return found;
}
