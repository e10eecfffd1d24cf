import { type Dispatcher, Pool } from 'undici';
import type { CertificateSource } from '../../shared/mtls/certificates';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { WAITING_HEADER } from '../../shared/protocol/waiting-header';
import { AgencyFault } from '../request/agency-fault';
import type { Deadline } from '../request/deadline';
import { oncePer } from '../request/once-per';
import type { AgencyLimits } from './agency-limits';
import { type ConnectionPools, connectionPools } from './connection-pools';
import type { Transport } from './transport';

/** A slower agency is asked again at the next comparison. */
const FINGERPRINT_MILLISECONDS = 2_000;

type HttpLimits = Pick<AgencyLimits, 'concurrent' | 'responseBytes' | 'requestMilliseconds'>;

/**
 * HTTP/1.1 with persistent connections.
 *
 * @param certificates of the gateway, for mutual TLS; undefined for unencrypted connections.
 */
export function httpTransport(url: string, limits: HttpLimits, certificates?: CertificateSource): Transport {
  const { origin, pathname } = new URL(url);
  const settings = {
    connections: limits.concurrent,
    connectTimeout: limits.requestMilliseconds,
    // The request's deadline covers headers and body together, however slowly they arrive.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 60_000,
  };
  const pools =
    certificates === undefined
      ? unencrypted(new Pool(origin, settings))
      : connectionPools(certificates, ({ ca, cert, key }) => {
          // A resumed session would not present the certificate again.
          const connect = { ca, cert, key, minVersion: 'TLSv1.3', maxCachedSessions: 0 } as const;
          return new Pool(origin, { ...settings, connect });
        });
  return {
    send: ({ authorization, requestId, traceparent, body }, { deadline }) =>
      new Promise((resolve, reject) => {
        const headers: Record<string, string> = { 'content-type': 'application/json' };
        if (authorization !== undefined) headers.authorization = authorization;
        if (requestId !== undefined) headers['x-request-id'] = requestId;
        if (traceparent !== undefined) headers.traceparent = traceparent;
        headers[WAITING_HEADER] = String(Math.max(0, Math.floor(deadline.left)));
        const exchange = new Exchange(deadline, limits.responseBytes, resolve, reject);
        pools
          .forContext(authorization)
          .dispatch({ method: 'POST', path: pathname, headers, body: textOf(body) }, exchange);
      }),
    async fingerprint(authorization) {
      const { statusCode, body } = await pools.forContext(authorization).request({
        method: 'GET',
        path: pathname.replace(/[^/]*$/, 'child-id-fingerprint'),
        headers: { authorization },
        headersTimeout: FINGERPRINT_MILLISECONDS,
        bodyTimeout: FINGERPRINT_MILLISECONDS,
      });
      const said = statusCode === 200 ? ((await body.json()) as { readonly fingerprint?: unknown } | null) : undefined;
      if (said === undefined) await body.dump();
      return typeof said?.fingerprint === 'string' ? said.fingerprint : undefined;
    },
    // Requests in progress have deadlines, so closing does not wait for a hanging agency.
    close: () => pools.close(),
  };
}

const unencrypted = (pool: Pool): ConnectionPools => ({ forContext: () => pool, close: () => pool.close() });

/** Several agencies are asked about the same objects simultaneously, so their representations are serialised once. */
const representationsText = oncePer((representations: object) => JSON.stringify(representations));

function textOf(body: unknown): string {
  const { variables, ...rest } = body as { readonly variables?: Readonly<Record<string, unknown>> };
  const { representations, ...others } = variables ?? {};
  if (typeof representations !== 'object' || representations === null) return JSON.stringify(body);
  const text = representationsText(representations);
  const named = JSON.stringify(others);
  const comma = named === '{}' ? '' : ',';
  return `${JSON.stringify(rest).slice(0, -1)},"variables":${named.slice(0, -1)}${comma}"representations":${text}}}`;
}

/**
 * One request and its answer. If the answer is abandoned, its connection is closed, so no other request receives the
 * rest.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly limit: number;
  private readonly resolve: (response: SubgraphResponse) => void;
  private readonly reject: (fault: AgencyFault) => void;
  private readonly takeBack: () => void;
  private readonly chunks: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private givenUp: AgencyFault | undefined;
  private status = 0;
  private bytes = 0;

  constructor(
    deadline: Deadline,
    limit: number,
    resolve: (response: SubgraphResponse) => void,
    reject: (fault: AgencyFault) => void,
  ) {
    this.limit = limit;
    this.resolve = resolve;
    this.reject = reject;
    this.takeBack = deadline.whenPassed(() => this.giveUp(new AgencyFault('TIMED_OUT')));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // The request's deadline passed while it waited for a connection.
    if (this.givenUp !== undefined) controller.abort(this.givenUp);
  }

  onResponseStart(_controller: unknown, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limit) this.giveUp(new AgencyFault('FAULTY_ANSWER', 'TOO_LARGE'));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.givenUp !== undefined) return;
    this.takeBack();
    if (!HAS_BODY.has(this.status)) {
      this.resolve({ status: this.status, body: {} });
      return;
    }
    const [only] = this.chunks;
    const content = this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks, this.bytes);
    try {
      this.resolve({ status: this.status, body: JSON.parse(content.toString('utf8')) });
    } catch {
      this.reject(new AgencyFault('FAULTY_ANSWER', 'NOT_JSON', true));
    }
  }

  onResponseError(_controller: unknown, error: Error & { readonly code?: string }): void {
    if (this.givenUp !== undefined) return;
    this.takeBack();
    // A response that is not HTTP does not come from an agency.
    const garbled = error.name === 'HTTPParserError';
    this.reject(new AgencyFault(garbled ? 'FAULTY_ANSWER' : 'UNREACHABLE', error.code ?? error.name, true));
  }

  private giveUp(fault: AgencyFault): void {
    this.givenUp = fault;
    this.takeBack();
    this.reject(fault);
    this.controller?.abort(fault);
  }
}

/** Statuses with a GraphQL body; other statuses may come from a proxy with any body. */
const HAS_BODY: ReadonlySet<number> = new Set([200, 400]);
