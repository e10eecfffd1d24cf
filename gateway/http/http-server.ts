import fastify, { type FastifyInstance } from 'fastify';
import { answerConnectionError, frameworkErrors } from '../../shared/protocol/http-errors';
import { BODY_LIMIT_BYTES } from '../limits/text-limits';
import { decorateRequests } from '../request/request-state';
import { takeJson } from './request-body';
import { newRequestId } from './request-log';

const LONGEST_CHECK_MILLISECONDS = 5_000;

/**
 * @param requestMilliseconds how long a client may take to send its request.
 * @param trustedProxies addresses and CIDR ranges of proxies whose X-Forwarded-For header is trusted.
 */
export function httpServer(requestMilliseconds: number, trustedProxies: readonly string[] = []): FastifyInstance {
  const app = fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: newRequestId,
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    requestTimeout: requestMilliseconds,
    http: {
      // Node.js lets a body stall for the longer of the two timeouts, and by default looks for late connections every
      // 30 seconds.
      headersTimeout: requestMilliseconds,
      connectionsCheckingInterval: Math.min(requestMilliseconds, LONGEST_CHECK_MILLISECONDS),
    },
    frameworkErrors,
    clientErrorHandler: answerConnectionError,
  });
  takeJson(app);
  decorateRequests(app);
  return app;
}
