import type { Subgraph, SubgraphRequest, SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { AgencyFault, type FaultReason } from '../request/agency-fault';
import type { Deadline } from '../request/deadline';

/** On what terms a request goes to an agency. */
export interface Terms {
  readonly deadline: Deadline;
  /** Whether it may be sent again where it may have arrived already: queries only. */
  readonly repeatable: boolean;
  /** What makes an answer that has come one that cannot be used. */
  readonly faultIn?: (response: SubgraphResponse) => FaultReason | undefined;
}

/** Carries a request to one agency. The signed context goes along the same way in process as over HTTP. */
export interface Transport {
  /** @throws AgencyFault */
  send(request: SubgraphRequest, terms: Terms): Promise<SubgraphResponse>;
  /**
   * The fingerprint of the key and hash by which the agency derives pseudonyms; undefined where it does not say.
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
