import { connect, type Socket } from 'node:net';

/** A client that can send any bytes at any time. */
export interface RawConnection {
  readonly socket: Socket;
  /** All received data, once the server has closed the connection. */
  readonly closed: Promise<string>;
}

export function rawConnection(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  // A reset connection is closed, too.
  socket.on('error', () => undefined);
  return { socket, closed: new Promise((done) => socket.on('close', () => done(text))) };
}

/** The head of a request to the gateway, up to the empty line before the body. */
export function requestHead(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ host: 'gateway', 'content-type': 'application/json', ...headers });
  return `POST /graphql HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
}
