import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OpenSpan } from '../../shared/telemetry/tracing';
import type { GatewayTelemetry } from './telemetry';

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined if the request is not traced. */
    span: OpenSpan | undefined;
  }
}

/** Routes whose answers depend on the rules. */
const OBSERVED: ReadonlySet<string | undefined> = new Set(['/graphql', '/access/explain']);

/**
 * Counts and traces requests whose answers depend on the rules. Ignores a client's `traceparent`: clients could decide
 * which requests are traced, and find their own among others'.
 */
export function observeRequests(app: FastifyInstance, { metrics, tracing }: GatewayTelemetry): void {
  if (metrics === undefined && tracing === undefined) return;
  const isObserved = ({ routeOptions }: FastifyRequest): boolean => OBSERVED.has(routeOptions.url);
  app.decorateRequest('span');
  app.addHook('onRequest', (request, _reply, done) => {
    if (isObserved(request)) {
      metrics?.onRequest();
      request.span = tracing?.beginTrace({ name: 'request', kind: 'server' });
    }
    done();
  });
  if (tracing !== undefined) {
    // Begins once the body has arrived: until then the request waits for its client, in another asynchronous context.
    app.addHook('preValidation', ({ span }, _reply, done) => {
      if (span === undefined) done();
      else span.within(done);
    });
  }
  app.addHook('onResponse', (request, reply, done) => {
    if (isObserved(request)) {
      const { span, errorCodes: codes } = request;
      const purpose = request.stated?.purpose ?? null;
      const { statusCode: status } = reply;
      const tokenRefused = request.tokenRefused?.reason ?? null;
      metrics?.onResponse({ purpose, status, codes, seconds: reply.elapsedTime / 1_000, tokenRefused });
      const attributes = { 'http.response.status_code': status, ...(purpose && { purpose }), codes };
      span?.end({ attributes, failed: status >= 500 });
    }
    done();
  });
}
