import { Pool } from 'undici';
import type { Subgraph, SubgraphRequest, SubgraphResponse } from '../../shared/subgraph';
import { withinDeadline } from '../../shared/within-deadline';

/** Carries a request to one agency. The signed context goes along the same way in process as over HTTP. */
export interface Transport {
  /** @throws where the agency cannot be reached or does not answer in JSON. */
  send(request: SubgraphRequest): Promise<SubgraphResponse>;
  close(): Promise<void>;
}

export function inProcessTransport(subgraph: () => Subgraph | undefined): Transport {
  return {
    async send(request) {
      const target = subgraph();
      if (target === undefined) throw new Error('The agency is not started.');
      return withinDeadline(TIMEOUT_MILLISECONDS, target.handle(request));
    },
    close: async () => undefined,
  };
}

/** How long an agency may take, in process as over HTTP. */
const TIMEOUT_MILLISECONDS = 5_000;

const CONNECTIONS = 64;

/** HTTP/1.1 with connections that are kept open. */
export function httpTransport(url: string): Transport {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    connectTimeout: TIMEOUT_MILLISECONDS,
    headersTimeout: TIMEOUT_MILLISECONDS,
    bodyTimeout: TIMEOUT_MILLISECONDS,
    keepAliveTimeout: 60_000,
  });
  return {
    async send({ authorization, requestId, traceparent, body }) {
      const response = await pool.request({
        method: 'POST',
        path: pathname,
        headers: {
          'content-type': 'application/json',
          ...(authorization && { authorization }),
          ...(requestId && { 'x-request-id': requestId }),
          ...(traceparent && { traceparent }),
        },
        body: JSON.stringify(body),
      });
      return { status: response.statusCode, body: (await response.body.json()) as SubgraphResponse['body'] };
    },
    close: () => pool.close(),
  };
}
