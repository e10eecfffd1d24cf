import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const HOST = '127.0.0.1';
const LOOK_MILLISECONDS = 200;

export interface RoundRobin {
  readonly port: number;
  /** Requests sent to each replica, by port. */
  readonly sent: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

/**
 * A reverse proxy in front of replicas on this machine, which sends requests in turn to those whose `/ready` answers
 * 200. It retries a request elsewhere only if the connection was refused, because it cannot have been executed; if a
 * connection breaks, the client gets 502 or a broken answer. @param ports of the replicas.
 */
export async function roundRobin(ports: readonly number[]): Promise<RoundRobin> {
  const agent = new Agent({ keepAlive: true });
  const ready = new Set<number>();
  const sent = new Map(ports.map((port) => [port, 0]));
  let turn = 0;

  const server = createServer(async (request, reply) => {
    const body = Buffer.concat(await request.toArray().catch(() => []));
    const fail = (status: number) => (reply.headersSent ? reply.destroy() : reply.writeHead(status).end());
    turn += 1;
    const inTurn = [...ready].map((_, index, all) => all[(turn + index) % all.length] as number);
    const forward = ([port, ...others]: readonly number[]): void => {
      if (port === undefined) {
        fail(503);
        return;
      }
      sent.set(port, (sent.get(port) ?? 0) + 1);
      const { method, url: path } = request;
      const forwarded = send({ agent, host: HOST, port, method, path, headers: endToEnd(request.headers) });
      forwarded.on('response', (response) => {
        reply.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
        pipeline(response, reply, () => undefined);
      });
      forwarded.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNREFUSED') fail(502);
        else {
          ready.delete(port);
          forward(others);
        }
      });
      forwarded.end(body);
    };
    forward(inTurn);
  });
  server.listen(0, HOST);
  await once(server, 'listening');

  let open = true;
  const look = async (port: number): Promise<void> => {
    while (open) {
      const { ok } = await fetch(`http://${HOST}:${port}/ready`).catch(() => ({ ok: false }));
      if (ok) ready.add(port);
      else ready.delete(port);
      await sleep(LOOK_MILLISECONDS);
    }
  };
  const looking = ports.map(look);
  return {
    port: (server.address() as AddressInfo).port,
    sent,
    async close() {
      open = false;
      await Promise.all(looking);
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}

/** Removes headers of a single connection. */
function endToEnd({ connection, 'keep-alive': _keepAlive, ...headers }: IncomingHttpHeaders): OutgoingHttpHeaders {
  return headers;
}
