import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ContentFault } from './read-fault';

/** Why a key of the set is not used. */
export type KeyFault = 'MALFORMED' | 'NOT_FOR_SIGNATURES' | 'WEAK' | 'UNSUPPORTED' | 'PRIVATE';

export interface UsableKeys {
  /** Keyed by `<alg> <kid>`, with an entry for each algorithm that a key is fit for: `RS256 key-1`. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly ignored: readonly KeyFault[];
}

const LEAST_RSA_BITS = 2_048;
/** FIPS 186-5 section 5.1. With an exponent of 1, anything would pass as a signature. */
const LEAST_RSA_EXPONENT = 65_537n;

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const ALGORITHM_BY_CURVE: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** Asymmetric algorithms only: with a symmetric one, anyone could sign with the public key (RFC 8725 section 2.1). */
export const ALGORITHMS: ReadonlySet<string> = new Set([...RSA_ALGORITHMS, ...Object.values(ALGORITHM_BY_CURVE)]);

const keySetShape = z.object({ keys: z.array(z.unknown()) });
const keyShape = z.looseObject({
  kid: z.string().min(1),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  alg: z.string().optional(),
});

/**
 * Reads the keys of a JWK set (RFC 7517 section 5) that may sign tokens. Unfit keys are left out.
 *
 * @throws ContentFault if it is not a JWK set. An empty set is valid: all keys have been withdrawn.
 */
export function usableKeys(set: unknown): UsableKeys {
  const parsed = keySetShape.safeParse(set);
  if (!parsed.success) throw new ContentFault('MALFORMED');
  const keys = new Map<string, KeyObject>();
  const ignored: KeyFault[] = [];
  for (const entry of parsed.data.keys) {
    const usable = usableKey(entry);
    if (typeof usable === 'string') ignored.push(usable);
    else for (const algorithm of usable.algorithms) keys.set(`${algorithm} ${usable.kid}`, usable.key);
  }
  return { keys, ignored };
}

interface UsableKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
}

function usableKey(entry: unknown): UsableKey | KeyFault {
  const { data: jwk } = keyShape.safeParse(entry);
  if (jwk === undefined) return 'MALFORMED';
  const { kid, use, key_ops: operations, alg } = jwk;
  if ((use ?? 'sig') !== 'sig' || operations?.includes('verify') === false) return 'NOT_FOR_SIGNATURES';
  // Anyone who can read the set could sign with such a key.
  if ('d' in jwk || 'k' in jwk) return 'PRIVATE';
  const key = publicKeyOf(jwk);
  if (key === undefined) return 'MALFORMED';
  const algorithms = algorithmsFor(key);
  if (typeof algorithms === 'string') return algorithms;
  const stated = alg === undefined ? algorithms : algorithms.filter((algorithm) => algorithm === alg);
  return stated.length === 0 ? 'NOT_FOR_SIGNATURES' : { kid, key, algorithms: stated };
}

function publicKeyOf(jwk: object): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function algorithmsFor({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): readonly string[] | KeyFault {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'rsa') {
    return modulusLength < LEAST_RSA_BITS || publicExponent < LEAST_RSA_EXPONENT ? 'WEAK' : RSA_ALGORITHMS;
  }
  const algorithm = ALGORITHM_BY_CURVE[namedCurve];
  return algorithm === undefined ? 'UNSUPPORTED' : [algorithm];
}
