import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Answers nobody but pages of this server itself, on this machine. It listens on the loopback interface, which a page from
 * elsewhere can still reach through its visitor's browser: under a name of its own that it lets point here (DNS rebinding),
 * which the Host header gives away, or across origins, which Origin does. Browsers state both, and scripts cannot change them.
 */
export function answerLocalPagesOnly(app: FastifyInstance, port: () => number): void {
  app.addHook('onRequest', async ({ method, headers: { host, origin } }, reply) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    if (host === undefined || !hosts.includes(host)) return refuse(reply, 'Host');
    const own = origin === `http://${host}`;
    // Browsers leave Origin out of a page's own GET, and never of a POST.
    const stated = origin !== undefined || method === 'POST';
    return stated && !own ? refuse(reply, 'Origin') : undefined;
  });
}

function refuse(reply: FastifyReply, header: string): FastifyReply {
  return reply.code(403).send({ message: `This answers its own pages on this machine only: ${header} names another.` });
}
