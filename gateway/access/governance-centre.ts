import type { AccessContext, ContextSigner } from '../../shared/context-token';
import type { SubgraphResponse } from '../../shared/subgraph';
import type { Transport } from '../federation/transport';

/** Asks the governance centre something of the gateway's own, as the caller of a request. @throws where it cannot be reached. */
export type AskCentre = (
  access: AccessContext,
  requestId: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<SubgraphResponse>;

export function askCentre(transport: Transport, signContext: ContextSigner): AskCentre {
  return (access, requestId, query, variables) =>
    transport.send({
      authorization: `Bearer ${signContext(access, 'governance-center')}`,
      requestId,
      body: { query, variables },
    });
}
