import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, Kind, visit } from 'graphql';
import { failure } from '../shared/errors';
import type { EngineContext } from './graphql-engine';

/** With a gateway behind it, the library leaves it to the executor to find that there is nothing to run. */
export function executableOperation(): ApolloServerPlugin<EngineContext> {
  const known = new WeakMap<DocumentNode, ReadonlySet<string>>();
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, schema, document, request }) {
          if (operation === undefined) throw failure('OPERATION_RESOLUTION_FAILURE');
          if (schema.getRootType(operation.operation) == null) {
            throw failure('GRAPHQL_VALIDATION_FAILED', `The schema has no ${operation.operation}.`);
          }
          const names = known.get(document) ?? variablesOfConditions(document);
          known.set(document, names);
          for (const name of names) {
            // With a default, a variable may be null, and the directive may not.
            if (request.variables?.[name] !== null) continue;
            throw failure('BAD_USER_INPUT', 'The condition of @skip or @include must not be null.', { argument: 'if' });
          }
        },
      };
    },
  };
}

function variablesOfConditions(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}
