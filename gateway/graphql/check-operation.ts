import type { GraphQLSchema } from 'graphql';
import { failure } from '../../shared/protocol/errors';
import { childIdsInOperation } from '../request/child-ids-in-operation';
import type { RequestContext } from '../request/request-context';

/**
 * Checks an operation before it runs, equally for queries and mutations. These are not validation rules, because
 * validation runs once per text, for all callers and variables.
 *
 * @param schema that clients see.
 * @throws OPERATION_RESOLUTION_FAILURE for an operation name that the document does not have; GRAPHQL_VALIDATION_FAILED
 *   for a kind of operation that the schema does not have; BAD_USER_INPUT for `@skip(if: null)`; INTROSPECTION_REFUSED;
 *   LEDGER_UNAVAILABLE for a mutation that cannot be recorded beforehand, so no agency changes anything.
 */
export async function checkOperation(
  context: RequestContext,
  schema: GraphQLSchema,
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { sent, access, rehearsed } = context;
  if (sent === null) throw failure('OPERATION_RESOLUTION_FAILURE');
  const { operation: kind } = sent.operation;
  if (kind === 'subscription' || schema.getRootType(kind) == null) {
    throw failure('GRAPHQL_VALIDATION_FAILED', `The schema has no ${kind}.`);
  }
  context.operation = sent;
  const { conditions, introspects } = sent.prepared;
  if (conditions.some((name) => variables[name] === null)) {
    throw failure('BAD_USER_INPUT', 'The condition of @skip or @include must not be null.', { argument: 'if' });
  }
  if (introspects && !access.caller.roles.includes('developer')) throw failure('INTROSPECTION_REFUSED');
  if (kind === 'mutation' && !rehearsed) await context.recordBeginning(childIdsInOperation(sent, variables));
}
