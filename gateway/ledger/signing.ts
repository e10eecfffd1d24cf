import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/**
 * ECDSA over P-256 with SHA-256 (RFC 7518, 64 bytes), or SM2 with SM3 (GB/T 32918.2, DER). Node.js cannot set SM2's signer
 * identity, so it is empty: verify with `openssl pkeyutl -verify -rawin -digest sm3` without `distid`.
 */
export type SignatureAlgorithm = 'ES256' | 'SM2-SM3';

export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
  sign(text: string): Buffer;
}

export interface SignatureVerifier {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string;
  verify(text: string, signature: Buffer): boolean;
}

/** Object identifiers of the curves, DER: Node.js has no name for an SM2 key from a file. */
const CURVES: readonly (readonly [SignatureAlgorithm, Buffer])[] = [
  ['ES256', Buffer.from('06082a8648ce3d030107', 'hex')],
  ['SM2-SM3', Buffer.from('06082a811ccf5501822d', 'hex')],
];

/** @param privateKey P-256 or SM2, PEM. @throws for any other key, or if this runtime cannot sign with it. */
export function signer(privateKey: string): Signer {
  const key = readKey(() => createPrivateKey(privateKey));
  const publicKey = createPublicKey(key);
  const { algorithm, keyId, verify } = verifierFor(publicKey);
  const signText = (text: string) =>
    algorithm === 'ES256'
      ? sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
      : sign('sm3', Buffer.from(text), key);
  if (!signsAsItVerifies(signText, verify)) {
    throw new Error(`This Node.js runtime cannot sign with ${algorithm}: use a ledger key of the other kind.`);
  }
  return { algorithm, keyId, publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string, sign: signText };
}

/** @param publicKey P-256 or SM2, PEM; a private key is accepted for its public one. @throws for any other key. */
export function signatureVerifier(publicKey: string): SignatureVerifier {
  return verifierFor(readKey(() => createPublicKey(publicKey)));
}

// Private:

function verifierFor(key: KeyObject): SignatureVerifier {
  const spki = key.export({ type: 'spki', format: 'der' });
  const algorithm = CURVES.find(([, identifier]) => spki.includes(identifier))?.[0];
  if (algorithm === undefined) throw new Error('The ledger key must be on the curve P-256 or SM2.');
  return {
    algorithm,
    keyId: createHash('sha256').update(spki).digest('base64url'),
    verify(text, signature) {
      return algorithm === 'ES256'
        ? verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature)
        : verify('sm3', Buffer.from(text), key, signature);
    },
  };
}

function readKey(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new Error('The ledger key must be a P-256 or SM2 key, PEM.');
  }
}

function signsAsItVerifies(signText: Signer['sign'], verifyText: SignatureVerifier['verify']): boolean {
  try {
    return verifyText('trial', signText('trial')) && !verifyText('other', signText('trial'));
  } catch {
    return false;
  }
}
