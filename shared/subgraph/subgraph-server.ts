import type { IncomingHttpHeaders } from 'node:http';
import type { Server } from 'node:https';
import fastify, { type FastifyHttpsOptions, type FastifyInstance } from 'fastify';
import type { Knex } from 'knex';
import type { Logger } from 'pino';

import { type CertificateSource, type Certificates, clientCertificates } from '../mtls/certificates';
import { failure } from '../protocol/errors';
import { answerErrors, frameworkErrors } from '../protocol/http-errors';
import type { Subgraph } from '../protocol/subgraph-exchange';
import { WAITING_HEADER } from '../protocol/waiting-header';
import { type ServedMetrics, serveMetrics } from '../telemetry/serve-metrics';

/** Largest body: representations of a few hundred children. */
const BODY_LIMIT_BYTES = 1024 * 1024;

/** Largest headers: a signed context for the docket of a large meeting, about 80 bytes for each case and its child. */
const HEADER_LIMIT_BYTES = 64 * 1024;

const REQUEST_TIMEOUT_MILLISECONDS = 30_000;

/** What the server answers with; undefined until the subgraph has started. */
export interface SubgraphServerState {
  readonly subgraph: Subgraph | undefined;
  readonly db: Knex | undefined;
}

/**
 * Serves one agency: POST /graphql, GET /child-id-fingerprint for the gateway, GET /health, GET /ready and, with
 * metrics, GET /metrics. Logs one line per request, with the gateway's request id.
 *
 * @param certificates if the server speaks HTTPS: a context is then valid only with the client certificate it is bound
 *   to.
 */
export function subgraphServer(
  state: () => SubgraphServerState,
  log: Logger,
  metrics?: ServedMetrics | undefined,
  certificates?: CertificateSource | undefined,
): FastifyInstance {
  const options = {
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    forceCloseConnections: 'idle',
    frameworkErrors,
  } as const;
  const app =
    certificates === undefined
      ? fastify({ ...options, http: { maxHeaderSize: HEADER_LIMIT_BYTES } })
      : overTls(certificates, options);
  const certificateOf = clientCertificates();
  answerErrors(app);
  const started = (): Subgraph => {
    const { subgraph } = state();
    if (subgraph === undefined) throw failure('NOT_READY');
    return subgraph;
  };
  app.post(
    '/graphql',
    {
      onRequest: async ({ headers, socket }) => {
        if (!started().accepts(headers.authorization, certificateOf(socket))) throw failure('UNAUTHENTICATED');
      },
      onResponse: async ({ headers }, { statusCode, elapsedTime }) => {
        log.info(
          { requestId: requestId(headers), status: statusCode, milliseconds: Math.round(elapsedTime) },
          'request',
        );
      },
    },
    async ({ headers, socket, body: request }, reply) => {
      const gone = new AbortController();
      reply.raw.on('close', () => {
        if (!reply.raw.writableFinished) gone.abort();
      });
      const { authorization, traceparent } = headers;
      const { status, body } = await started().handle({
        authorization,
        certificate: certificateOf(socket),
        requestId: requestId(headers),
        ...(typeof traceparent === 'string' && { traceparent }),
        body: request,
        waiting: { milliseconds: waitingTime(headers), signal: gone.signal },
      });
      return reply.code(status).send(body);
    },
  );
  app.get('/child-id-fingerprint', async ({ headers, socket }) => {
    const { accepts, fingerprint } = started();
    if (!accepts(headers.authorization, certificateOf(socket))) throw failure('UNAUTHENTICATED');
    return { fingerprint };
  });
  if (metrics !== undefined) serveMetrics(app, metrics);
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const ready = await databaseAnswers(state().db);
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  return app;
}

/** Requests a client certificate, which only contexts require: operators have none. */
function overTls(
  certificates: CertificateSource,
  options: Omit<FastifyHttpsOptions<Server>, 'https'>,
): FastifyInstance {
  const contextOf = ({ ca, cert, key }: Certificates) => ({ ca, cert, key, minVersion: 'TLSv1.3' as const });
  const app = fastify({
    ...options,
    https: {
      ...contextOf(certificates.current),
      requestCert: true,
      rejectUnauthorized: false,
      maxHeaderSize: HEADER_LIMIT_BYTES,
    },
  });
  certificates.onChange((next) => app.server.setSecureContext(contextOf(next)));
  return app as unknown as FastifyInstance;
}

/** The gateway's request id; no other header content is logged. */
function requestId(headers: IncomingHttpHeaders): string {
  const id = String(headers['x-request-id'] ?? '');
  return /^[0-9a-f-]{36}$/.test(id) ? id : '';
}

/** Reads how long the gateway still waits, in milliseconds. */
function waitingTime(headers: IncomingHttpHeaders): number | undefined {
  const text = String(headers[WAITING_HEADER] ?? '');
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

async function databaseAnswers(db: Knex | undefined): Promise<boolean> {
  try {
    await db?.raw('select 1');
    return db !== undefined;
  } catch {
    return false;
  }
}
