import { Pool } from 'undici';
import type { Subgraph, SubgraphRequest, SubgraphResponse } from '../../shared/subgraph';

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
      return withinDeadline(target.handle(request));
    },
    close: async () => undefined,
  };
}

/** How long an agency may take, in process as over HTTP. */
const TIMEOUT_MILLISECONDS = 5_000;

async function withinDeadline<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('The agency is late.'), { code: 'TIMEOUT' })),
      TIMEOUT_MILLISECONDS,
    );
  });
  return Promise.race([answer, deadline]).finally(() => clearTimeout(timer));
}

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
    async send({ authorization, requestId, body }) {
      const response = await pool.request({
        method: 'POST',
        path: pathname,
        headers: {
          'content-type': 'application/json',
          ...(authorization && { authorization }),
          ...(requestId && { 'x-request-id': requestId }),
        },
        body: JSON.stringify(body),
      });
      return { status: response.statusCode, body: (await response.body.json()) as SubgraphResponse['body'] };
    },
    close: () => pool.close(),
  };
}
