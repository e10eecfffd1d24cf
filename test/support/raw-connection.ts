import { connect, type Socket } from 'node:net';

/** A client that sends what it likes, when it likes. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that came back, once the other side has closed the connection. */
  readonly closed: Promise<string>;
}

export function rawConnection(port: number): RawConnection {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  // A connection that the other side resets is closed, too.
  socket.on('error', () => undefined);
  return { socket, closed: new Promise((done) => socket.on('close', () => done(text))) };
}

/** The head of a request for the gateway, with an empty line where the body follows. */
export function requestHead(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ host: 'gateway', 'content-type': 'application/json', ...headers });
  return `POST /graphql HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
}
