import type { FastifyInstance } from 'fastify';

/**
 * Headers of every response. A response is about a person and for one reader, so no cache may store it (RFC 9111,
 * section 5.2.2.5), and clients must not guess its media type (Fetch standard, section 2.2.7).
 */
export const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/** Sets the headers before anything else handles a request, so that no route, hook or refusal can omit them. */
export function setAnswerHeaders({ server }: FastifyInstance): void {
  server.prependListener('request', (_request, response) => {
    for (const [name, value] of Object.entries(ANSWER_HEADERS)) response.setHeader(name, value);
  });
}
