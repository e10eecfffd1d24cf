import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OpenSpan } from '../../shared/telemetry/tracing';
import type { GatewayTelemetry } from './telemetry';

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined where the request is not traced. */
    span: OpenSpan | undefined;
  }
}

/** What is answered by rules. */
const OBSERVED: ReadonlySet<string | undefined> = new Set(['/graphql', '/access/explain']);

/**
 * Counts and traces requests that are answered by rules. A `traceparent` of a client is not looked at: whoever sends one
 * would decide which requests are traced, and could find theirs among others'.
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
    // Once the body is there: what comes before waits for the client, in a context of its own.
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
