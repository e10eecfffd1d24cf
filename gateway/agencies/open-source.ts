import { failure } from '../../shared/protocol/errors';
import type { FetchSource } from '../federation/execution/run';
import type { RequestContext } from '../request/request-context';
import type { Transport } from './transport';

/**
 * A subgraph of a graph without labels, which is no agency: it is told who asks, and believed in all that it answers. It
 * tells nothing of whom it has answered about, so that the ledger says that there was an operation, and no more.
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
