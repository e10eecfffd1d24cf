import { isIPv4 } from 'node:net';

/** The prefix length of networks. */
export interface NetworkBits {
  readonly ipv4: 24 | 32;
  readonly ipv6: 48 | 64;
}

/** The block of one provider: an owner of one address usually has some of its neighbours. */
export const ADDRESS_CLASS: NetworkBits = { ipv4: 24, ipv6: 48 };
/** The addresses of one machine: one IPv4 address, or a whole IPv6 link (RFC 4291, section 2.5.4). */
export const ONE_PLACE: NetworkBits = { ipv4: 32, ipv6: 64 };

/**
 * The network of an address in CIDR notation: `203.0.113.0/24`, `2001:db8:7::/48`.
 *
 * @param address as `peerAddress` spells it.
 */
export function networkOf(address: string, bits: NetworkBits): string {
  if (isIPv4(address)) {
    const octets = address.split('.').map((octet, index) => (index < bits.ipv4 / 8 ? octet : '0'));
    return `${octets.join('.')}/${bits.ipv4}`;
  }
  return `${groupsOf(address)
    .slice(0, bits.ipv6 / 16)
    .join(':')}::/${bits.ipv6}`;
}

/** The eight groups of an IPv6 address, with `::` expanded. A trailing IPv4 address counts as two. */
function groupsOf(address: string): readonly string[] {
  const [before = [], after = []] = address.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const written = before.length + after.length + Number(address.includes('.'));
  return [...before, ...Array<string>(Math.max(0, 8 - written)).fill('0'), ...after];
}
