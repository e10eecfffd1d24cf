import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Subgraph, SubgraphResponse } from '../../shared/protocol/subgraph-exchange';

/** Handles one complete request. @param answer of the real agency. */
export type Behaviour = (response: ServerResponse, answer: () => Promise<SubgraphResponse>) => unknown;

/** A server in front of a real agency that can fail like real servers. */
export interface FaultyAgency {
  readonly url: string;
  behaviour: Behaviour;
  /** Bodies of received requests, in order. */
  readonly arrived: string[];
  /** All connections so far. */
  readonly connections: Set<Socket>;
  /** Refuses connections, and closes existing ones. */
  stop(): Promise<void>;
  /** Accepts them again, at the same address. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

const answers: Behaviour = async (response, answer) => {
  const { status, body } = await answer();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const never: Behaviour = () => undefined;

export const BEHAVIOURS = {
  answers,
  hangs: never,
  /** Long after the request's deadline. */
  answersAfterTenSeconds: (response, answer) => {
    const timer = setTimeout(() => answers(response, answer), 10_000);
    response.on('close', () => clearTimeout(timer));
  },
  answers500: (response) => response.writeHead(500).end('Error: at /srv/secret-path'),
  answers503: (response) => response.writeHead(503).end('<html>no upstream</html>'),
  answersNoJson: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>secret-path</html>'),
  answersNoHttp: (response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'),
  answersHalf: async (response, answer) => {
    const text = JSON.stringify((await answer()).body);
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) });
    response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
  },
  /** A complete HTTP answer with half of the JSON. */
  answersHalfTheJson: async (response, answer) => {
    const text = JSON.stringify((await answer()).body);
    response.writeHead(200).end(text.slice(0, text.length / 2));
  },
  drips: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
  answersWithoutEnd: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
    };
    response.on('drain', more);
    more();
  },
} satisfies Record<string, Behaviour>;

/** Changes the answers of an agency. */
export function changing(change: (body: SubgraphResponse['body']) => unknown): Behaviour {
  return async (response, answer) => {
    const { status, body } = await answer();
    const changed = change(JSON.parse(JSON.stringify(body)) as SubgraphResponse['body']);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(changed));
  };
}

export async function faultyAgency(subgraph: Subgraph): Promise<FaultyAgency> {
  const connections = new Set<Socket>();
  const arrived: string[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    arrived.push(body);
    response.on('error', () => undefined);
    const { authorization, 'x-request-id': requestId } = request.headers;
    await agency.behaviour(response, () =>
      subgraph.handle({ authorization, requestId: String(requestId), body: JSON.parse(body) }),
    );
  });
  server.on('connection', (socket) => connections.add(socket));
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const agency: FaultyAgency = {
    url: `http://127.0.0.1:${port}/graphql`,
    behaviour: BEHAVIOURS.answers,
    arrived,
    connections,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async resume() {
      await listen(port);
    },
    close: () => agency.stop(),
  };
  return agency;
}
