import type { ApolloServerPlugin } from '@apollo/server';
import { failure } from '../../shared/protocol/errors';
import { hasNullCondition } from '../federation/execution/condition-variables';
import type { EngineContext } from '../request/engine-context';

/** With a gateway behind it, the library leaves it to the executor to find that there is nothing to run. */
export function operationPreconditions(): ApolloServerPlugin<EngineContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, schema, document, request }) {
          if (operation === undefined) throw failure('OPERATION_RESOLUTION_FAILURE');
          if (schema.getRootType(operation.operation) == null) {
            throw failure('GRAPHQL_VALIDATION_FAILED', `The schema has no ${operation.operation}.`);
          }
          if (hasNullCondition(document, request.variables)) {
            throw failure('BAD_USER_INPUT', 'The condition of @skip or @include must not be null.', { argument: 'if' });
          }
        },
      };
    },
  };
}
