import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Answers only this server's own pages on this machine. It listens on the loopback interface, but a foreign page could
 * still reach it through its visitor's browser: under a name that it points here (DNS rebinding), which the Host header
 * shows, or across origins, which Origin shows. Browsers send both headers, and scripts cannot change them.
 */
export function answerLocalPagesOnly(app: FastifyInstance, port: () => number): void {
  app.addHook('onRequest', async ({ method, headers: { host, origin } }, reply) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    if (host === undefined || !hosts.includes(host)) return refuse(reply, 'Host');
    const own = origin === `http://${host}`;
    // Browsers omit Origin in a page's own GET, but never in a POST.
    const stated = origin !== undefined || method === 'POST';
    return stated && !own ? refuse(reply, 'Origin') : undefined;
  });
}

function refuse(reply: FastifyReply, header: string): FastifyReply {
  return reply.code(403).send({ message: `This answers its own pages on this machine only: ${header} names another.` });
}
