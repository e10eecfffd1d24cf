import { isIP } from 'node:net';
import type { Environment } from '../../shared/config/environment';

/**
 * Reads `TRUSTED_PROXIES`: the proxies whose X-Forwarded-For header is trusted, as addresses and CIDR ranges separated
 * by commas, like `10.0.0.7,fd00::/64`. None by default.
 */
export function trustedProxies(environment: Environment): readonly string[] {
  const named = environment.optional('TRUSTED_PROXIES')?.split(',') ?? [];
  const proxies = named.map((one) => one.trim());
  if (!proxies.every(isRange)) {
    environment.fault('TRUSTED_PROXIES must be addresses or CIDR ranges separated by commas, like 10.0.0.7,fd00::/64.');
  }
  return proxies;
}

/** A range has a prefix of at least one bit: the whole Internet is no proxy. */
function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
