import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, visit } from 'graphql';
import { failure } from '../shared/errors';
import type { EngineContext } from './graphql-engine';

/**
 * The schema is open to the role `developer` only. A plugin, not a validation rule: validation runs once per document
 * and is remembered for every caller.
 */
export const introspectionForDevelopers: ApolloServerPlugin<EngineContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ document, contextValue }) {
        if (!contextValue.request.access.caller.roles.includes('developer') && introspects(document)) {
          throw failure('INTROSPECTION_REFUSED');
        }
      },
    };
  },
};

const answers = new WeakMap<DocumentNode, boolean>();

function introspects(document: DocumentNode): boolean {
  let found = answers.get(document);
  if (found === undefined) {
    found = false;
    visit(document, {
      Field({ name }) {
        if (name.value === '__schema' || name.value === '__type') found = true;
      },
    });
    answers.set(document, found);
  }
  return found;
}
