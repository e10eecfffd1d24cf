import type { FastifyInstance } from 'fastify';

/**
 * Serves GET /health, which answers as long as the process does, and GET /ready, which answers 503 while the gateway
 * answers nobody.
 *
 * @param isReady never rejects. @param status what `/ready` says besides.
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
