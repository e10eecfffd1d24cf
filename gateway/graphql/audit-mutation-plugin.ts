import type { ApolloServerPlugin } from '@apollo/server';
import { failure } from '../../shared/protocol/errors';
import { childIdsInOperation } from '../request/child-ids-in-operation';
import type { EngineContext } from '../request/engine-context';

/**
 * Takes down which operation runs, and records a mutation before it is carried out: where the ledger cannot be written, no
 * agency changes anything.
 */
export function auditMutationPlugin(): ApolloServerPlugin<EngineContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({
          document,
          operation,
          request: { variables = {} },
          contextValue: { request, recordBeginning },
        }) {
          // There are no subscriptions: operationPreconditions refuses what the schema has no root for.
          if (operation === undefined || operation.operation === 'subscription') {
            throw failure('OPERATION_RESOLUTION_FAILURE');
          }
          request.operation = { kind: operation.operation, name: operation.name?.value ?? null };
          if (operation.operation === 'mutation') {
            await recordBeginning(childIdsInOperation({ document, operation }, variables));
          }
        },
      };
    },
  };
}
