import type { Subgraph, SubgraphRequest, SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { AgencyFault, type FaultReason } from '../request/agency-fault';
import type { Deadline } from '../request/deadline';

/** The conditions under which a request is sent to an agency. */
export interface Terms {
  readonly deadline: Deadline;
  /** Whether it may be sent again although it may have arrived: true for queries only. */
  readonly repeatable: boolean;
  /** Finds the reason why an answer cannot be used; undefined if it can. */
  readonly faultIn?: (response: SubgraphResponse) => FaultReason | undefined;
}

/** Carries requests to one agency, with the signed context in process as over HTTP. */
export interface Transport {
  /** @throws AgencyFault */
  send(request: SubgraphRequest, terms: Terms): Promise<SubgraphResponse>;
  /**
   * The fingerprint of the key and hash by which the agency derives pseudonyms; undefined if it gives none.
   *
   * @param authorization `Bearer <signed context>`
   */
  fingerprint?(authorization: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export function inProcessTransport(subgraph: () => Subgraph | undefined): Transport {
  return {
    async send(request, { deadline }) {
      const target = subgraph();
      if (target === undefined) throw new AgencyFault('UNREACHABLE', 'NOT_STARTED');
      const waiting = { milliseconds: Math.max(0, deadline.left) };
      return deadline
        .within(target.handle({ ...request, waiting }))
        .catch((error) => Promise.reject(AgencyFault.from(error)));
    },
    async fingerprint(authorization) {
      const target = subgraph();
      return target?.accepts(authorization) ? target.fingerprint : undefined;
    },
    close: async () => undefined,
  };
}
