import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { failure } from '../protocol/errors';
import type { MetricsAccess } from './settings';

export interface ServedMetrics {
  readonly registry: Registry;
  readonly access: MetricsAccess;
}

/**
 * Serves GET /metrics in the text format of Prometheus to readers with the token and, if allowed, to programs on this
 * machine.
 */
export function serveMetrics(app: FastifyInstance, { registry, access: { token, local } }: ServedMetrics): void {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`);
  app.get('/metrics', async (request, reply) => {
    const { authorization = '' } = request.headers;
    const holds = expected !== undefined && timingSafeEqual(digest(authorization), expected);
    if (!holds && !(local && isLocal(request))) throw failure('UNAUTHENTICATED');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

// Private:

/**
 * Whether the request comes from a program on this machine. The address is not enough: a foreign page whose name
 * resolves to this machine sends its own host (DNS rebinding), and a proxy on this machine adds a forwarding header.
 */
function isLocal({ headers, socket }: FastifyRequest): boolean {
  const forwarded = FORWARDED.some((name) => headers[name] !== undefined);
  return LOOPBACK.has(socket.remoteAddress ?? '') && LOOPBACK_HOST.test(headers.host ?? '') && !forwarded;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Makes texts of equal length, as the constant-time comparison requires. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
