import { createHash } from 'node:crypto';
import type { District } from '../../shared/synthetic/district';

/** A version 8 UUID (RFC 9562) derived from the district, the purpose and the index. */
export function syntheticId({ seed }: District, purpose: string, index: number): string {
  const hex = createHash('sha256').update(`${seed}\n${purpose}\n${index}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
