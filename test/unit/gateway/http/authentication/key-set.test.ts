import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { type KeySet, keySet } from '../../../../../gateway/http/authentication/key-set';
import type { ReadObserver } from '../../../../../gateway/http/authentication/polled';
import {
  parseRevocations,
  type RevocationList,
  revocationList,
} from '../../../../../gateway/http/authentication/revocation-list';
import { usableKeys } from '../../../../../gateway/http/authentication/usable-keys';

const MINUTE = 60_000;

type Publish = () => Promise<string>;

/** A key set and a provider with controllable answers and clock. */
class Provider {
  time = 0;
  asked = 0;
  answer: Publish = () => Promise.reject(Object.assign(new Error(), { code: 'ECONNREFUSED' }));
  readonly outcomes: string[] = [];
  logged = '';
  readonly keys: KeySet;
  readonly revocations: RevocationList;

  constructor() {
    const write = (chunk: unknown, _encoding: string, done: () => void) => {
      this.logged += chunk;
      done();
    };
    const onRead: ReadObserver = (_source, outcome) => this.outcomes.push(outcome);
    const read = () => {
      this.asked += 1;
      return this.answer();
    };
    const options = { read, onRead, log: pino(new Writable({ write })), now: () => this.time };
    this.keys = keySet(options);
    this.revocations = revocationList(options);
  }

  publishes(...entries: unknown[]): void {
    this.answer = async () => JSON.stringify({ keys: entries });
  }

  hangs(): void {
    this.answer = () => new Promise(() => undefined);
  }

  fails(code: string): void {
    this.answer = () => Promise.reject(Object.assign(new Error(), { code }));
  }
}

const jwk = (key: KeyObject, members: object = {}) => ({ ...key.export({ format: 'jwk' }), kid: 'good', ...members });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const good = jwk(ec.publicKey, { use: 'sig', alg: 'ES256' });
const bad = (members: object) => jwk(ec.publicKey, { kid: 'bad', ...members });

let provider: Provider;
beforeEach(() => {
  provider = new Provider();
});
afterEach(() => {
  provider.keys.close();
  provider.revocations.close();
});

const found = async (kid = 'good', alg = 'ES256') => (await provider.keys.find(kid, alg)) !== undefined;

describe('only the invalid key is ignored, and the valid one beside it is used', () => {
  test.each<[string, unknown]>([
    ['MALFORMED', null],
    ['MALFORMED', 'key'],
    ['MALFORMED', []],
    ['MALFORMED', {}],
    ['MALFORMED', bad({ kid: undefined })],
    ['MALFORMED', bad({ kid: 7 })],
    ['MALFORMED', bad({ kty: 'nothing' })],
    ['MALFORMED', bad({ crv: 'P-1' })],
    ['MALFORMED', bad({ x: good.y })],
    ['MALFORMED', bad({ y: undefined })],
    ['MALFORMED', bad({ key_ops: 'verify' })],
    ['NOT_FOR_SIGNATURES', bad({ use: 'enc' })],
    ['NOT_FOR_SIGNATURES', bad({ key_ops: ['encrypt'] })],
    ['NOT_FOR_SIGNATURES', bad({ alg: 'RS256' })],
    ['NOT_FOR_SIGNATURES', bad({ alg: 'HS256' })],
    ['NOT_FOR_SIGNATURES', jwk(rsa.publicKey, { kid: 'bad', alg: 'RSA-OAEP' })],
    ['PRIVATE', jwk(ec.privateKey, { kid: 'bad' })],
    ['PRIVATE', { kty: 'oct', k: 'c2VjcmV0', kid: 'bad' }],
    ['WEAK', jwk(generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey, { kid: 'bad' })],
    ['WEAK', jwk(generateKeyPairSync('rsa', { modulusLength: 2_040 }).publicKey, { kid: 'bad' })],
    ['WEAK', { ...jwk(rsa.publicKey, { kid: 'bad' }), e: 'AQ' }],
    ['WEAK', { ...jwk(rsa.publicKey, { kid: 'bad' }), e: 'Aw' }],
    ['UNSUPPORTED', jwk(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey, { kid: 'bad' })],
    ['UNSUPPORTED', jwk(generateKeyPairSync('ed25519').publicKey, { kid: 'bad' })],
  ])('%s: %j', async (fault, entry) => {
    expect(usableKeys({ keys: [entry, good] })).toMatchObject({ ignored: [fault] });
    provider.publishes(entry, good, entry);
    await provider.keys.start();
    expect(await found()).toBe(true);
    for (const alg of ['ES256', 'RS256', 'PS256', 'HS256']) expect(await found('bad', alg)).toBe(false);
    expect(provider.logged).toContain(`"ignored":["${fault}","${fault}"],"msg":"token-keys-ignored"`);
  });

  test('whatever the set contains', async () => {
    const entry = fc.oneof(
      fc.anything(),
      fc.record(
        {
          kty: fc.constantFrom('EC', 'RSA', 'oct', 1),
          kid: fc.anything(),
          n: fc.anything(),
          e: fc.anything(),
          x: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.array(entry), fc.array(entry), (before, after) => {
        const { keys, ignored } = usableKeys({ keys: [...before, good, ...after] });
        expect([...keys.keys()]).toEqual(['ES256 good']);
        expect(ignored).toHaveLength(before.length + after.length);
      }),
    );
  });
});

test('a key is found only for the algorithms that it supports', async () => {
  provider.publishes(good, jwk(rsa.publicKey, { kid: 'any' }), jwk(rsa.publicKey, { kid: 'one', alg: 'PS256' }));
  await provider.keys.start();
  const algorithmsOf = async (kid: string) => {
    const algorithms = ['RS256', 'PS256', 'PS512', 'ES256', 'ES384', 'HS256', 'none'];
    const each = await Promise.all(algorithms.map(async (alg) => ((await found(kid, alg)) ? [alg] : [])));
    return each.flat();
  };
  expect([await algorithmsOf('good'), await algorithmsOf('any'), await algorithmsOf('one')]).toEqual([
    ['ES256'],
    ['RS256', 'PS256', 'PS512'],
    ['PS256'],
  ]);
});

describe('keys that are withdrawn', () => {
  test('are not found once the set was read without them, even if it is empty', async () => {
    provider.publishes(good);
    await provider.keys.start();
    expect(await found()).toBe(true);
    provider.publishes();
    await provider.keys.start();
    expect(await found()).toBe(false);
    expect(provider.logged).toContain('token-keys-withdrawn');
    expect(provider.outcomes).toEqual(['OK', 'OK']);
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'HTTP_500'])(
    'are trusted for ten minutes at most while the provider fails with %s',
    async (code) => {
      provider.publishes(good);
      await provider.keys.start();
      provider.fails(code);
      provider.time = 10 * MINUTE;
      expect(await found()).toBe(true);
      provider.time += 1;
      await expect(found()).rejects.toMatchObject({ reason: 'KEYS_UNAVAILABLE' });
      provider.publishes(good);
      provider.time += MINUTE;
      expect(await found()).toBe(true);
    },
  );

  test.each(['null', '{}', '{"keys":{}}', '{"keys":null}', '<html>', ''])(
    'are trusted for as long if the provider answers %j, which is not a key set',
    async (text) => {
      provider.publishes(good);
      await provider.keys.start();
      provider.answer = async () => text;
      await provider.keys.start();
      expect(await found()).toBe(true);
      provider.time = 10 * MINUTE + 1;
      await expect(found()).rejects.toMatchObject({ reason: 'KEYS_UNAVAILABLE' });
    },
  );
});

describe('a provider that hangs', () => {
  test('delays nobody with a known key', async () => {
    provider.publishes(good);
    await provider.keys.start();
    provider.hangs();
    provider.time = 9 * MINUTE;
    void provider.keys.start();
    expect(await found()).toBe(true);
    // Not even while another request waits for an unknown one.
    void found('unknown');
    expect(await found()).toBe(true);
  });

  test('is fetched once for any number of unknown keys, and not again within ten seconds', async () => {
    provider.publishes(good);
    await provider.keys.start();
    provider.time = MINUTE;
    await Promise.all(Array.from({ length: 100 }, (_, index) => found(`made-up-${index}`)));
    expect(provider.asked).toBe(2);
    provider.time += 9_999;
    await found('made-up');
    expect(provider.asked).toBe(2);
    provider.time += 1;
    await found('made-up');
    expect(provider.asked).toBe(3);
  });
});

test('a new key is found immediately', async () => {
  provider.publishes(good);
  await provider.keys.start();
  provider.publishes(good, jwk(rsa.publicKey, { kid: 'new' }));
  provider.time = MINUTE;
  expect(await found('new', 'PS256')).toBe(true);
});

test('an outage of the provider is logged once, and so is its end', async () => {
  for (const code of [
    'ENOTFOUND',
    'EAI_AGAIN',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'HTTP_404',
    'HTTP_404',
  ]) {
    provider.fails(code);
    await provider.keys.start();
  }
  provider.answer = async () => '<html>';
  await provider.keys.start();
  provider.publishes(good);
  await provider.keys.start();
  expect(provider.outcomes).toEqual(['DNS', 'DNS', 'TLS', 'TIMED_OUT', 'HTTP_STATUS', 'HTTP_STATUS', 'NOT_JSON', 'OK']);
  const lines = provider.logged
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ msg, fault }) => fault ?? msg)).toEqual([
    'DNS',
    'TLS',
    'TIMED_OUT',
    'HTTP_STATUS',
    'NOT_JSON',
    'token-source-available',
  ]);
});

describe('revocations that can no longer be read', () => {
  const token = { sub: 'officer', jti: undefined, issuedAt: 0 };

  test('stay in force for five minutes, and nobody is answered afterwards', async () => {
    provider.answer = async () => '{"sub":["officer"]}';
    await provider.revocations.start();
    provider.fails('ENOENT');
    provider.time = 5 * MINUTE;
    expect(provider.revocations.isRevoked(token)).toBe(true);
    expect(provider.revocations.isRevoked({ ...token, sub: 'another' })).toBe(false);
    provider.time += 1;
    expect(() => provider.revocations.isRevoked({ ...token, sub: 'another' })).toThrow(
      expect.objectContaining({ reason: 'REVOCATIONS_UNAVAILABLE' }),
    );
  });

  test.each(['', 'null', '[]', '{"sub":{}}', '{"jti":[1]}', '{"sub":[""]}', '{"users":[]}'])(
    '%j is not a revocation list',
    (text) => {
      expect(() => parseRevocations(text)).toThrow();
    },
  );
});
