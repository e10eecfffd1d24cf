import type { AccessContext, ContextSigner } from '../../shared/protocol/context-token';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import type { Transport } from '../agencies/transport';
import type { Deadline } from '../request/deadline';

/** The request on whose behalf the centre is asked. */
export interface AskingRequest {
  readonly id: string;
  readonly deadline: Deadline;
}

/** Sends the gateway's own operation to the governance centre, as the caller of a request. @throws AgencyFault */
export type AskGovernanceCenter = (
  access: AccessContext,
  request: AskingRequest,
  operation: { readonly kind: 'query' | 'mutation'; readonly text: string },
  variables: Readonly<Record<string, unknown>>,
) => Promise<SubgraphResponse>;

export function askGovernanceCenter(transport: Transport, signContext: ContextSigner): AskGovernanceCenter {
  return (access, { id, deadline }, { kind, text }, variables) =>
    transport.send(
      {
        authorization: `Bearer ${signContext(access, 'governance-center')}`,
        requestId: id,
        body: { query: text, variables },
      },
      { deadline, repeatable: kind === 'query' },
    );
}
