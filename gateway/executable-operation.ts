import type { ApolloServerPlugin } from '@apollo/server';
import { failure } from '../shared/errors';
import type { EngineContext } from './graphql-engine';

/** With a gateway behind it, the library leaves it to the executor to find that there is nothing to run. */
export const executableOperation: ApolloServerPlugin<EngineContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, schema }) {
        if (operation === undefined) throw failure('OPERATION_RESOLUTION_FAILURE');
        if (schema.getRootType(operation.operation) == null) {
          throw failure('GRAPHQL_VALIDATION_FAILED', `The schema has no ${operation.operation}.`);
        }
      },
    };
  },
};
