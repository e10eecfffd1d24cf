import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from 'jsonwebtoken';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { DEFAULT_AGENCY_LIMITS } from '../../../../gateway/agencies/agency-limits';
import { httpTransport } from '../../../../gateway/agencies/http-transport';
import { agenciesInClear, gatewayConfig } from '../../../../gateway/config';
import { authenticator, DEFAULT_TOKEN_SETTINGS } from '../../../../gateway/http/authenticate';
import { Deadline } from '../../../../gateway/request/deadline';
import { contextKeySetting } from '../../../../shared/config/context-key-setting';
import { type ConfigurationError, Environment } from '../../../../shared/config/environment';
import { type CertificateFiles, type CertificateSource, certificateSource } from '../../../../shared/mtls/certificates';
import {
  type AccessContext,
  type ContextVerifier,
  contextSigner,
  contextVerifier,
} from '../../../../shared/protocol/context-token';
import type { Subgraph } from '../../../../shared/protocol/subgraph-exchange';
import { subgraphServer } from '../../../../shared/subgraph/subgraph-server';
import { type MadeCertificate, testAuthority } from '../../../support/certificates';
import { demoCaller } from '../../../support/identity-provider';

const log = pino({ level: 'silent' });
const county = testAuthority('county');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;

const CONTEXT: AccessContext = {
  caller: demoCaller('county-case-worker'),
  purpose: 'RISK_ASSESSMENT',
  reference: null,
  grant: null,
  reasonGiven: false,
};

let directory: string;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certificates-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(directory, { recursive: true });
});

/** A service's certificates, in files. */
async function service(name: string, made: MadeCertificate = county.issue(name), ca = county.ca) {
  const path = (part: string) => join(directory, `${name}-${part}.pem`);
  const files: CertificateFiles = { ca: path('ca'), certificate: path('certificate'), key: path('key') };
  const write = async (next: MadeCertificate, nextCa = ca) => {
    await writeFile(files.ca, nextCa);
    await writeFile(files.certificate, next.cert);
    await writeFile(files.key, next.key);
  };
  await write(made, ca);
  const source = await certificateSource(files, log);
  closing.push(() => source.close());
  return { files, source, replace: (next: MadeCertificate, nextCa?: string) => write(next, nextCa).then(source.look) };
}

/** An agency's server without data. */
async function agency(
  certificates?: CertificateSource,
  verify: ContextVerifier = contextVerifier(publicKey, 'education'),
) {
  const context = (authorization: string | undefined) => authorization?.replace('Bearer ', '') ?? '';
  const subgraph: Subgraph = {
    accepts: (authorization, certificate) => verify(context(authorization), certificate) !== null,
    handle: async ({ authorization, certificate }) =>
      verify(context(authorization), certificate) === null
        ? { status: 401, body: {} }
        : { status: 200, body: { data: { answered: true } } },
  };
  const app = subgraphServer(() => ({ subgraph, db: undefined }), log, undefined, certificates);
  await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return `${certificates === undefined ? 'http' : 'https'}://127.0.0.1:${port}/graphql`;
}

/** A gateway's result with these certificates: a status, or the fault. */
function gateway(url: string, certificates?: CertificateSource) {
  const transport = httpTransport(url, DEFAULT_AGENCY_LIMITS, certificates);
  closing.push(() => transport.close());
  const signContext = contextSigner(privateKey, undefined, () => certificates?.current.thumbprint ?? null);
  const send = (token: string) =>
    transport
      .send(
        { authorization: `Bearer ${token}`, body: { query: '{ a }' } },
        { deadline: new Deadline(5_000), repeatable: false },
      )
      .then(
        ({ status }) => status,
        ({ reason, detail }) => `${reason} ${detail}`,
      );
  return { token: () => signContext(CONTEXT, 'education'), send, ask: () => send(signContext(CONTEXT, 'education')) };
}

/** The status for a client that trusts the authority but presents no certificate. */
async function postedWithoutCertificate(url: string, token: string): Promise<number> {
  const dispatcher = new Agent({ connect: { ca: county.ca } });
  closing.push(() => dispatcher.destroy());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await request(url, { method: 'POST', headers, body: '{"query":"{ a }"}', dispatcher })).statusCode;
}

const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('a context is accepted with the certificate that it is bound to', () => {
  test('and answered over HTTPS, on reused connections', async () => {
    const [education, own] = [await service('education'), await service('gateway')];
    const { ask, token } = gateway(await agency(education.source), own.source);
    expect(claimsIn(token()).cnf).toEqual({ 'x5t#S256': own.source.current.thumbprint });
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([200, 200, 200]);
    expect(await ask()).toBe(200);
  });

  test("and not with another agency's certificate, without one, with an untrusted one, or unencrypted", async () => {
    const education = await service('education');
    const url = await agency(education.source);
    const own = gateway(url, (await service('gateway')).source);
    const stolen = own.token();
    expect(await own.send(stolen)).toBe(200);
    expect(await gateway(url, (await service('police')).source).send(stolen)).toBe(401);
    const stranger = await service('stranger', testAuthority('another').issue('stranger'));
    expect(await gateway(url, stranger.source).send(stolen)).toBe(401);
    expect(await gateway(url, stranger.source).ask()).toBe(401);
    expect(await postedWithoutCertificate(url, stolen)).toBe(401);
    expect(await gateway(await agency()).send(stolen)).toBe(401);
  });

  test('and an unbound context is refused if there are certificates, whoever presents it', async () => {
    const education = await service('education');
    const url = await agency(education.source);
    const unbound = gateway(await agency());
    expect(await unbound.ask()).toBe(200);
    expect(await gateway(url, (await service('gateway')).source).send(unbound.token())).toBe(401);
    expect(await gateway(url, (await service('police')).source).send(unbound.token())).toBe(401);
    expect(await postedWithoutCertificate(url, unbound.token())).toBe(401);
  });

  test('and the gateway sends none to a server with another authority’s certificate or another name', async () => {
    const own = await service('gateway');
    const stranger = await service('education', testAuthority('another').issue('education'));
    expect(await gateway(await agency(stranger.source), own.source).ask()).toMatch(/^UNREACHABLE .*(?:CERT|SIGNATURE)/);
    const elsewhere = await service('police', county.issue('police', { host: 'police.example' }));
    expect(await gateway(await agency(elsewhere.source), own.source).ask()).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID$/);
  });
});

test('health and readiness are asked without a certificate', async () => {
  const url = await agency((await service('education')).source);
  const dispatcher = new Agent({ connect: { ca: county.ca } });
  closing.push(() => dispatcher.destroy());
  const { statusCode } = await request(url.replace('/graphql', '/health'), { dispatcher });
  expect(statusCode).toBe(200);
});

describe('certificates are replaced without a restart', () => {
  test("the gateway's: old and new contexts are answered, each over its own connections", async () => {
    const [education, own] = [await service('education'), await service('gateway')];
    const { token, send, ask } = gateway(await agency(education.source), own.source);
    const before = token();
    expect(await send(before)).toBe(200);
    await own.replace(county.issue('gateway'));
    const after = token();
    expect(claimsIn(after).cnf).not.toEqual(claimsIn(before).cnf);
    expect(await Promise.all([send(before), send(after), ask(), send(before)])).toEqual([200, 200, 200, 200]);
  });

  test("an agency's, and the authority of all, while two authorities are trusted", async () => {
    const [education, own] = [await service('education'), await service('gateway')];
    const url = await agency(education.source);
    expect(await gateway(url, own.source).ask()).toBe(200);
    const next = testAuthority('next');
    const both = `${county.ca}${next.ca}`;
    await education.replace(county.issue('education'), both);
    await own.replace(next.issue('gateway'), both);
    expect(await gateway(url, own.source).ask()).toBe(200);
    await education.replace(next.issue('education'), both);
    expect(await gateway(url, own.source).ask()).toBe(200);
    await education.replace(next.issue('education'), next.ca);
    await own.replace(next.issue('gateway'), next.ca);
    expect(await gateway(url, own.source).ask()).toBe(200);
  });

  test.each<[string, (files: CertificateFiles) => Promise<unknown>]>([
    ['a key of another certificate', ({ key }) => writeFile(key, county.issue('x').key)],
    ['half a file', ({ certificate }) => writeFile(certificate, county.issue('x').cert.slice(0, 200))],
    [
      'an expired certificate',
      async ({ certificate, key }) => {
        const expired = county.issue('x', { validFor: -1_000 });
        await writeFile(certificate, expired.cert);
        await writeFile(key, expired.key);
      },
    ],
    ['no file', ({ ca }) => rm(ca)],
  ])('%s changes nothing, and refuses a start', async (_, spoil) => {
    const { files, source } = await service('gateway');
    const { thumbprint } = source.current;
    await spoil(files);
    await source.look();
    expect(source.current.thumbprint).toBe(thumbprint);
    await expect(certificateSource(files, log)).rejects.toThrow(/MTLS_/);
  });
});

describe('the signing key of contexts', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const otherPublic = other.publicKey.export({ type: 'spki', format: 'pem' }) as string;

  test('is replaced while agencies know both', () => {
    const both = contextVerifier(`${otherPublic}\n${publicKey}`, 'education');
    const otherPrivate = other.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    for (const key of [privateKey, otherPrivate])
      expect(both(contextSigner(key)(CONTEXT, 'education'))).toEqual(CONTEXT);
    expect(contextVerifier(publicKey, 'education')(contextSigner(otherPrivate)(CONTEXT, 'education'))).toBeNull();
  });
});

test.each([
  [6, false],
  [4, true],
  [1e8, false],
])('a context signed %d seconds ahead of the agency’s clock is accepted: %s', (ahead, accepted) => {
  const iat = Math.floor(Date.now() / 1_000) + ahead;
  const options = { algorithm: 'ES256', issuer: 'unified-child-record/gateway', audience: 'education' } as const;
  const token = sign({ ...CONTEXT, iat, exp: iat + 60 }, privateKey, options);
  const verify = contextVerifier(publicKey, 'education');
  expect(verify(token) !== null).toBe(accepted);
  if (!accepted) return;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_001);
  expect(verify(token)).toBeNull();
  clock.mockRestore();
});

test("an identity provider with a certificate of the county's own authority needs JWKS_CA", async () => {
  const { cert, key } = county.issue('identity-provider');
  const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one' };
  const server = createServer({ cert, key }, (_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const identityProvider = { jwksUri: `https://127.0.0.1:${port}/`, issuer: 'county', audience: 'record' };
  const token = sign({ ...CONTEXT.caller }, privateKey, {
    algorithm: 'ES256',
    keyid: 'one',
    issuer: 'county',
    audience: 'record',
    expiresIn: 60,
  });
  const outcomes: string[] = [];
  for (const ca of [undefined, county.ca]) {
    const onRead = (_source: string, outcome: string) => outcomes.push(outcome);
    const made = authenticator({ identityProvider, settings: { ...DEFAULT_TOKEN_SETTINGS, ca }, onRead, log });
    closing.push(() => made.close());
    await made.start();
    outcomes.push(
      await made.authenticate(`Bearer ${token}`).then(
        ({ sub }) => sub,
        ({ reason }) => reason,
      ),
    );
  }
  expect(outcomes).toEqual(['TLS', 'KEYS_UNAVAILABLE', 'OK', 'county-case-worker']);
});

describe('a start is refused', () => {
  const faultsOf = (variables: Record<string, string>): readonly string[] => {
    try {
      gatewayConfig(new Environment(variables));
      return [];
    } catch (error) {
      return (error as ConfigurationError).faults;
    }
  };
  const files = { MTLS_CA_FILE: 'ca.pem', MTLS_CERTIFICATE_FILE: 'own.pem', MTLS_KEY_FILE: 'own-key.pem' };

  test.each(Object.keys(files))('if of the three files only %s is configured, or only it is not', (name) => {
    const alone = { [name]: 'x.pem' };
    const { [name as keyof typeof files]: _left, ...others } = files;
    for (const named of [alone, others]) {
      expect(faultsOf(named)).toContain(`${Object.keys(files).join(', ')} must be set together, or not at all.`);
    }
  });

  test('if they are configured, and an agency’s URL is unencrypted', () => {
    const url = 'http://education:4001/graphql';
    const fault = 'SUBGRAPH_URL_EDUCATION must be an https URL: the MTLS_ files are set.';
    expect(faultsOf({ ...files, SUBGRAPH_URL_EDUCATION: url })).toContain(fault);
    expect(faultsOf({ SUBGRAPH_URL_EDUCATION: url })).not.toContain(fault);
    expect(faultsOf({ ...files, SUBGRAPH_URL_EDUCATION: url.replace('http', 'https') })).not.toContain(fault);
  });

  test('if CONTEXT_PUBLIC_KEY has three keys, or an invalid one', () => {
    const faults = (CONTEXT_PUBLIC_KEY: string) => {
      const environment = new Environment({ CONTEXT_PUBLIC_KEY });
      contextKeySetting(environment, 'public');
      return () => environment.finish();
    };
    expect(faults(publicKey.repeat(2))).not.toThrow();
    expect(faults(publicKey.repeat(3))).toThrow('more than two');
    expect(faults(publicKey + publicKey.replace('M', '!'))).toThrow('must be a public key');
  });
});

test('agencies with an unencrypted URL on a network are named', () => {
  const urls = new Map([
    ['education', 'http://education:4001/graphql'],
    ['civil-affairs', 'http://127.0.0.1:4001/graphql'],
    ['procuratorate', 'https://procuratorate:4001/graphql'],
  ] as const);
  expect(agenciesInClear(urls)).toEqual(['education']);
});
