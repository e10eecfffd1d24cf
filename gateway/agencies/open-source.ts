import { failure } from '../../shared/protocol/errors';
import type { FetchSource } from '../federation/execution/run';
import type { RequestContext } from '../request/request-context';
import type { Transport } from './transport';

/**
 * A subgraph of a graph without labels, which is not an agency: it receives the caller's context, and its answers are not
 * checked. It reports no accesses, so the ledger only records that an operation ran.
 */
export function openSource(name: string, transport: Transport): FetchSource<RequestContext> {
  return {
    async process({ request, context }) {
      const { query, operationName, variables } = request;
      const { requestId, deadline } = context;
      try {
        const { body } = await transport.send(
          {
            authorization: context.authorizationFor(name),
            requestId,
            body: { query, operationName, variables },
          },
          { deadline, repeatable: !query.startsWith('mutation') },
        );
        return { data: body.data as Record<string, unknown> | null | undefined, errors: body.errors };
      } catch {
        throw failure('AGENCY_UNAVAILABLE', undefined, { agency: name });
      }
    },
  };
}
