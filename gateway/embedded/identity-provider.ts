import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { sign } from 'jsonwebtoken';
import type { Caller } from '../../shared/domain/caller';
import type { IdentityProvider } from '../http/authenticate';
import { keyPair } from './keys';

const ISSUER = 'embedded-identity-provider';
const AUDIENCE = 'unified-child-record';
const KEY_ID = 'embedded';
const TOKEN_LIFETIME = '1h';

/** The embedded identity provider, with the settings that the gateway needs. */
export interface EmbeddedIdentityProvider extends IdentityProvider {
  close(): Promise<void>;
}

/** @throws in production: this identity provider signs tokens for anyone. */
function refuseInProduction(production: boolean): void {
  if (production) throw new Error('The embedded identity provider does not exist in production.');
}

/** Serves the key set that verifies the demo callers' tokens, on a free port of the loopback interface. */
export async function startIdentityProvider(
  dataDirectory: string,
  production: boolean,
): Promise<EmbeddedIdentityProvider> {
  refuseInProduction(production);
  const { privateKey } = await keyPair(dataDirectory, 'identity-provider');
  const key: JsonWebKey = createPublicKey(privateKey).export({ format: 'jwk' });
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get('/jwks.json', async () => ({ keys: [{ ...key, kid: KEY_ID, use: 'sig', alg: 'ES256' }] }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    jwksUri: `http://127.0.0.1:${port}/jwks.json`,
    issuer: ISSUER,
    audience: AUDIENCE,
    close: () => app.close(),
  };
}

/** Signs a bearer token for a demo caller, valid for an hour. */
export async function demoToken(dataDirectory: string, caller: Caller, production: boolean): Promise<string> {
  refuseInProduction(production);
  const { privateKey } = await keyPair(dataDirectory, 'identity-provider');
  const { sub, ...claims } = caller;
  return sign(claims, privateKey, {
    algorithm: 'ES256',
    keyid: KEY_ID,
    subject: sub,
    issuer: ISSUER,
    audience: AUDIENCE,
    expiresIn: TOKEN_LIFETIME,
    notBefore: 0,
  });
}
