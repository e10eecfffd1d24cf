import { createHmac, getHashes } from 'node:crypto';

export type ChildIdHash = 'sm3' | 'sha256';

export interface ChildIdOptions {
  /** A key of at least 32 bytes that all agencies share and nobody else has. */
  readonly key: Buffer;
  /** SM3 (GB/T 32905) or SHA-256, the same at every agency. */
  readonly hash: ChildIdHash;
}

export interface ChildIds {
  /**
   * The pseudonym of a child: base64url of the keyed HMAC over the resident ID number, 43 characters.
   *
   * @param idNumber normalized, as returned by `parseIdNumber`.
   */
  derive(idNumber: string): string;
  /** Identifies key and hash without revealing them: agencies with the same fingerprint derive the same pseudonyms. */
  readonly fingerprint: string;
}

export const MINIMUM_KEY_BYTES = 32;

/** @throws if the runtime lacks the hash or the key is too short, which prevents the start. */
export function childIds({ key, hash }: ChildIdOptions): ChildIds {
  if (!getHashes().includes(hash)) {
    throw new Error(
      `This Node.js runtime has no ${hash.toUpperCase()}; set CHILD_ID_HASH to the other hash, the same at every agency.`,
    );
  }
  if (key.length < MINIMUM_KEY_BYTES) {
    throw new Error(`The key of pseudonyms must have at least ${MINIMUM_KEY_BYTES} bytes.`);
  }
  const hmac = (text: string) => createHmac(hash, key).update(text, 'utf8').digest('base64url');
  return {
    derive: hmac,
    fingerprint: hmac('fingerprint').slice(0, 12),
  };
}

/** The form of every pseudonym; anything else is not a child's id. */
export const CHILD_ID = /^[A-Za-z0-9_-]{43}$/;
