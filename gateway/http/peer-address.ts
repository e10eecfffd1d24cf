import { isIP, isIPv4, SocketAddress } from 'node:net';

/**
 * The IP address that a request came from, in one spelling: `192.0.2.7`, `2001:db8::7`.
 *
 * @param address of the connection, or what a named proxy says in X-Forwarded-For.
 * @returns null for everything that is no address, so that no other text gets into log or ledger.
 */
export function peerAddress(address: string): string | null {
  // Nearly all are in their one spelling already.
  if (isIPv4(address)) return address;
  // A zone (RFC 4007 section 11) can be any text, and says nothing outside of one machine.
  const [plain = ''] = address.split('%');
  const version = isIP(plain);
  if (version === 0) return null;
  const { address: spelt } = new SocketAddress({ address: plain, family: version === 4 ? 'ipv4' : 'ipv6' });
  return spelt.replace(/^::ffff:(?=\d+\.)/, '');
}
