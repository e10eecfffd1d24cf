import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { thumbprintOf } from './certificates';

/** No context is bound to it. */
const NONE = '';

/** @returns how to name the certificate of a connection's client, once per connection; null where it is not encrypted. */
export function clientCertificates(): (socket: Socket) => string | null {
  const known = new WeakMap<Socket, string>();
  return (socket) => {
    if (!(socket instanceof TLSSocket)) return null;
    let thumbprint = known.get(socket);
    if (thumbprint === undefined) {
      const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
      thumbprint = certificate === undefined ? NONE : thumbprintOf(certificate);
      known.set(socket, thumbprint);
    }
    return thumbprint;
  };
}
