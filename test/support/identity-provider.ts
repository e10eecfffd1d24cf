import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { type SignOptions, sign } from 'jsonwebtoken';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import type { IdentityProvider } from '../../gateway/http/authenticate';
import type { Caller } from '../../shared/domain/caller';

export interface TestIdentityProvider extends IdentityProvider {
  readonly privateKey: KeyObject;
  /** The public key, which an attacker can have: SPKI, PEM. */
  readonly publicKeyPem: string;
  /** A token for a demo caller, or with any claims; `options` can make it invalid. */
  token(caller: string | Record<string, unknown>, options?: SignOptions & { readonly key?: KeyObject }): string;
  close(): Promise<void>;
}

const EXPIRES_SECONDS = 300;

/** An identity provider like an installation's, with the test's own keys. */
export async function testIdentityProvider(): Promise<TestIdentityProvider> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey);
  const app = fastify({ forceCloseConnections: true });
  app.get('/jwks.json', async () => ({
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'ES256' }],
  }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const issuer = 'test-identity-provider';
  const audience = 'unified-child-record';
  // Reuses tokens, as callers do: signing takes as long as the rest of a small request.
  const tokens = new Map<string, { readonly token: string; readonly until: number }>();
  const signed = (claims: object, options: SignOptions, key: KeyObject): string =>
    sign(claims, key, { algorithm: 'ES256', keyid: 'test', issuer, audience, expiresIn: EXPIRES_SECONDS, ...options });
  return {
    jwksUri: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/jwks.json`,
    issuer,
    audience,
    privateKey,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    token(caller, { key = privateKey, ...options } = {}) {
      const claims = { ...(typeof caller === 'string' ? demoCaller(caller) : caller) };
      if (key !== privateKey || Object.keys(options).length > 0) return signed(claims, options, key);
      const name = JSON.stringify(claims);
      const known = tokens.get(name);
      if (known !== undefined && Date.now() < known.until) return known.token;
      const token = signed(claims, {}, key);
      tokens.set(name, { token, until: Date.now() + (EXPIRES_SECONDS * 1_000) / 2 });
      return token;
    },
    close: () => app.close(),
  };
}

export function demoCaller(name: string): Caller {
  const caller = DEMO_CALLERS.find(({ sub }) => sub === name);
  if (caller === undefined) throw new Error(`No demo caller is called ${name}.`);
  return caller;
}
