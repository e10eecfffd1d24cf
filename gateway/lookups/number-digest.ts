import { createHmac, createPrivateKey, hkdfSync } from 'node:crypto';
import { parseIdNumber } from '../../shared/domain/id-number';
import type { NumberDigest } from '../request/request-lookups';

/** @param ledgerKey the private key with which all gateways sign the ledger's checkpoints, PEM. */
export function digestByLedgerKey(ledgerKey: string): NumberDigest {
  return numberDigest(createPrivateKey(ledgerKey).export({ type: 'pkcs8', format: 'der' }));
}

/**
 * Makes digests of ID numbers for the ledger: equal numbers have equal digests, and a digest does not give the number
 * away. HMAC-SHA-256 in base64url, with a 32-byte key that HKDF (RFC 5869) derives from `secret`. The spelling of a
 * number makes no difference. A digest is not a child's id, which agencies derive with another key.
 *
 * @param secret at least 32 secret random bytes.
 */
export function numberDigest(secret: Buffer): NumberDigest {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'unified-child-record lookup', 32));
  return (idNumber) => {
    const number = parseIdNumber(idNumber);
    return createHmac('sha256', key)
      .update(number.ok ? number.value : idNumber.trim())
      .digest('base64url');
  };
}
