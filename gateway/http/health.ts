import type { FastifyInstance } from 'fastify';

/**
 * Serves `GET /health`, which answers 200 as long as the process runs, and `GET /ready`, which answers 503 while the
 * gateway refuses all requests.
 *
 * @param isReady never rejects.
 * @param status further members of the answer of `/ready`.
 */
export function serveHealth(
  app: FastifyInstance,
  isReady: () => Promise<boolean>,
  status: () => object | undefined,
): void {
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const ready = await isReady();
    return reply.code(ready ? 200 : 503).send({ ready, ...status() });
  });
}
