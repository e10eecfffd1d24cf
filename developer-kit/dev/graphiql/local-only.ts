import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Refuses requests that do not come from this server's own pages. The server listens only on the loopback interface,
 * but a foreign page could reach it through its visitor's browser: by a domain name that resolves to 127.0.0.1 (DNS
 * rebinding), which the Host header shows, or by a cross-origin request, which Origin shows. Browsers set both headers,
 * and scripts cannot change them.
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
  return reply
    .code(403)
    .send({ message: `This server answers only its own pages on this machine: ${header} names another server.` });
}
