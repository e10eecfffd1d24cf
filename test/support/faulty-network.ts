import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A connection to a server on this machine that can fail like a network. */
export interface FaultyNetwork {
  /** The URL of a server through this connection. */
  through(url: string): string;
  /** The port of the server. */
  port: number;
  /** `up` forwards everything, `down` refuses connections and closes existing ones, `silent` discards everything. */
  state: 'up' | 'down' | 'silent';
  /** Closes all connections. */
  cut(): void;
  /** Once: forwards the client's data that contains this text, and closes the connection before the answer. */
  loseAnswerTo: string | undefined;
  /** Once: closes the connection instead of forwarding data that contains this text. */
  loseRequest: string | undefined;
  /** Bytes sent by the client. */
  readonly sent: number;
  close(): Promise<void>;
}

export async function faultyNetwork(port: number): Promise<FaultyNetwork> {
  const open = new Set<Socket>();
  let sent = 0;
  let state: FaultyNetwork['state'] = 'up';
  const server = createServer((client) => {
    if (state === 'down') {
      client.destroy();
      return;
    }
    const upstream = connect(network.port, '127.0.0.1');
    let answers = true;
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    client.on('data', (chunk) => {
      sent += chunk.length;
      if (state === 'silent') return;
      if (network.loseRequest !== undefined && chunk.includes(network.loseRequest)) {
        network.loseRequest = undefined;
        client.destroy();
        return;
      }
      if (network.loseAnswerTo !== undefined && chunk.includes(network.loseAnswerTo)) {
        network.loseAnswerTo = undefined;
        answers = false;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (state === 'silent') return;
      if (answers) client.write(chunk);
      else client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const network: FaultyNetwork = {
    port,
    loseAnswerTo: undefined,
    loseRequest: undefined,
    get sent() {
      return sent;
    },
    get state() {
      return state;
    },
    set state(next) {
      state = next;
      if (next === 'down') network.cut();
    },
    through(url) {
      return Object.assign(new URL(url), { port: String((server.address() as AddressInfo).port) }).toString();
    },
    cut() {
      for (const socket of open) socket.destroy();
    },
    async close() {
      network.cut();
      server.close();
      await once(server, 'close');
    },
  };
  return network;
}
