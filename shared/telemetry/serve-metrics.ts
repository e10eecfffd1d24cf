import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { failure } from '../errors';
import type { MetricsAccess } from './settings';

export interface ServedMetrics {
  readonly registry: Registry;
  readonly access: MetricsAccess;
}

/** GET /metrics, in the text format of Prometheus: for those who present the token, and never for everybody. */
export function serveMetrics(app: FastifyInstance, { registry, access: { token, local } }: ServedMetrics): void {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`);
  app.get('/metrics', async ({ headers, socket }, reply) => {
    const holds = expected !== undefined && timingSafeEqual(digest(headers.authorization ?? ''), expected);
    if (!holds && !(local && LOOPBACK.has(socket.remoteAddress ?? ''))) throw failure('UNAUTHENTICATED');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Of one length, as the comparison needs it. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
