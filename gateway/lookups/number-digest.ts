import { createHmac, createPrivateKey, hkdfSync } from 'node:crypto';
import { parseIdNumber } from '../../shared/domain/id-number';
import type { NumberDigest } from '../request/request-lookups';

/** @param ledgerKey PEM, the private key that all gateways sign the ledger's checkpoints with. */
export function digestByLedgerKey(ledgerKey: string): NumberDigest {
  return numberDigest(createPrivateKey(ledgerKey).export({ type: 'pkcs8', format: 'der' }));
}

/**
 * Tells numbers apart for the ledger without giving them away: HMAC-SHA-256 with a key that HKDF (RFC 5869) derives from the
 * ledger's, 32 bytes in base64url. Equal numbers have equal digests, however they are written, for as long as the key is the
 * same. It is no child's id: that is derived by agencies, with another key.
 *
 * @param secret at least 32 bytes that nobody can guess.
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
