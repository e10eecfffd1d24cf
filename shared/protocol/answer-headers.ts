import type { FastifyInstance } from 'fastify';

/**
 * What every answer says of itself: it is about a person and for one reader alone, so that no cache keeps it (RFC 9111,
 * section 5.2.2.5), and it is of the type that it names (Fetch standard, section 2.2.7).
 */
export const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

/** Sets them before anything else sees a request, so that no route, hook or refusal can leave them out. */
export function setAnswerHeaders({ server }: FastifyInstance): void {
  server.prependListener('request', (_request, response) => {
    for (const [name, value] of Object.entries(ANSWER_HEADERS)) response.setHeader(name, value);
  });
}
