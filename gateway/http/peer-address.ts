import { isIP, isIPv4, SocketAddress } from 'node:net';

/**
 * Normalises the IP address that a request came from: `192.0.2.7`, `2001:db8::7`.
 *
 * @param address of the connection, or from the X-Forwarded-For header of a trusted proxy.
 * @returns null for anything but an address: no other text may reach the log or the ledger.
 */
export function peerAddress(address: string): string | null {
  // Most addresses are IPv4, which has one spelling.
  if (isIPv4(address)) return address;
  // A zone (RFC 4007 section 11) can be any text and means nothing on another machine.
  const [plain = ''] = address.split('%');
  const version = isIP(plain);
  if (version === 0) return null;
  const { address: spelt } = new SocketAddress({ address: plain, family: version === 4 ? 'ipv4' : 'ipv6' });
  return spelt.replace(/^::ffff:(?=\d+\.)/, '');
}
