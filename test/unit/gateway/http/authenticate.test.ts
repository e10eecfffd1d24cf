import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sign } from 'jsonwebtoken';
import { pino } from 'pino';
import {
  type Authenticator,
  authenticator,
  DEFAULT_TOKEN_SETTINGS,
  type TokenSettings,
} from '../../../../gateway/http/authenticate';
import { TokenRefused } from '../../../../gateway/request/token-refused';
import { demoCaller, type TestIdentityProvider, testIdentityProvider } from '../../../support/identity-provider';

let identityProvider: TestIdentityProvider;
const opened: Authenticator[] = [];

beforeEach(async () => {
  identityProvider = await testIdentityProvider();
});

afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await identityProvider.close();
});

function authenticatorWith(settings: Partial<TokenSettings> = {}): Authenticator {
  const made = authenticator({
    identityProvider,
    settings: { ...DEFAULT_TOKEN_SETTINGS, ...settings },
    log: pino({ level: 'silent' }),
  });
  opened.push(made);
  return made;
}

const atTime = (milliseconds: number) => jest.useFakeTimers({ advanceTimers: true, now: Date.now() + milliseconds });
const now = () => Math.floor(Date.now() / 1_000);
const HOUR = 3_600;

/** The client's and the log's view of a refusal. */
async function refusal(token: string | undefined) {
  const error: unknown = await authenticatorWith()
    .authenticate(token)
    .catch((caught: unknown) => caught);
  if (!(error instanceof TokenRefused)) throw new Error('The token was not refused.');
  const { reason, claims, extensions } = error;
  return { reason, claims, code: extensions.code, told: extensions.reason };
}

const caller = demoCaller('education-officer');

/** A valid token with the given claims (undefined removes one), headers and key. */
function token(claims: object = {}, header: object = {}, key: KeyObject = identityProvider.privateKey): string {
  const { issuer: iss, audience: aud } = identityProvider;
  const content = { ...caller, iss, aud, iat: now(), exp: now() + 300, ...claims };
  // A number that JSON.stringify would not write.
  const text = JSON.stringify(content).replace('"1e999"', '1e999');
  return `Bearer ${sign(text, key, { header: { alg: 'ES256', typ: 'JWT', kid: 'test', ...header } })}`;
}

const otherKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token is refused for a reason that the log names', () => {
  test.each<[string, string, () => string | undefined]>([
    ['MISSING', 'no header', () => undefined],
    ['MISSING', 'another scheme', () => 'Basic dXNlcjpwYXNz'],
    ['MALFORMED', 'no JSON web token', () => 'Bearer nonsense'],
    [
      'MALFORMED',
      'a content that is not JSON',
      () => `Bearer ${sign('nothing', identityProvider.privateKey, { header: { alg: 'ES256', kid: 'test' } })}`,
    ],
    ['MALFORMED', 'a list of critical headers that is empty', () => token({}, { crit: [] })],
    ['WRONG_ALGORITHM', 'alg: none', () => `Bearer ${part({ alg: 'none', kid: 'test' })}.${part(caller)}.`],
    [
      'WRONG_ALGORITHM',
      'HS256 with the public key',
      () => {
        const content = `${part({ alg: 'HS256', typ: 'JWT', kid: 'test' })}.${part(caller)}`;
        return `Bearer ${content}.${createHmac('sha256', identityProvider.publicKeyPem).update(content).digest('base64url')}`;
      },
    ],
    ['WRONG_TYPE', 'no type', () => token({}, { typ: undefined })],
    ['WRONG_TYPE', 'a logout token', () => token({}, { typ: 'logout+jwt' })],
    ['CRITICAL_HEADER', 'an unknown critical header', () => token({}, { crit: ['exp'], exp: 1 })],
    ['CRITICAL_HEADER', 'one of two critical headers', () => token({}, { crit: ['b64', 'x'], b64: true, x: 1 })],
    ['UNKNOWN_KEY', 'an unknown key', () => token({}, { kid: 'another' })],
    ['UNKNOWN_KEY', 'no name of a key', () => token({}, { kid: undefined })],
    ['BAD_SIGNATURE', 'a signature by somebody else', () => token({}, {}, otherKey())],
    ['EXPIRED', 'expired', () => token({ iat: now() - 300, exp: now() - 10 })],
    ['NOT_YET_VALID', 'a not-before in the future', () => token({ nbf: now() + 60 })],
    ['NOT_YET_VALID', 'issued in the future', () => token({ iat: now() + 60 })],
    ['NOT_YET_VALID', 'issued and expiring in years', () => token({ iat: now() + 1e8, exp: now() + 1e8 + HOUR })],
    ['LIFETIME_TOO_LONG', 'an expiry ten years ahead', () => token({ exp: now() + 10 * 365 * 24 * HOUR })],
    ['LIFETIME_TOO_LONG', 'a second more than an hour', () => token({ exp: now() + HOUR + 1 })],
    ['LIFETIME_TOO_LONG', 'issued long ago and still alive', () => token({ iat: now() - 2 * HOUR })],
    ['LIFETIME_TOO_LONG', 'issued in 1970', () => token({ iat: 0 })],
    ['LIFETIME_TOO_LONG', 'an expiry beyond all numbers', () => token({ exp: '1e999' })],
    ['WRONG_ISSUER', 'another issuer', () => token({ iss: 'another' })],
    ['WRONG_AUDIENCE', 'another audience', () => token({ aud: 'another' })],
    ['WRONG_AUDIENCE', 'several audiences, none of them this', () => token({ aud: ['a', 'b'] })],
    ['UNKNOWN_ROLE', 'a misspelt role', () => token({ roles: ['case-wroker'] })],
    [
      'UNKNOWN_ROLE',
      'an extra role beside a known one',
      () => token({ roles: [...caller.roles, 'default-roles-county'] }),
    ],
  ])('%s: %s', async (reason, _, make) => {
    const { reason: logged, code, told } = await refusal(make());
    expect({ logged, code }).toEqual({ logged: reason, code: 'UNAUTHENTICATED' });
    expect(told).toBe(reason === 'MISSING' || reason === 'EXPIRED' ? reason : 'INVALID');
  });

  test.each<[string[], string, object]>([
    [['exp'], 'no expiry', { exp: undefined }],
    [['iat'], 'no time of issue', { iat: undefined }],
    [['iat'], 'a time of issue in words', { iat: 'now' }],
    [['nbf'], 'a not-before in words', { nbf: 'now' }],
    [['iss'], 'no issuer', { iss: undefined }],
    [
      ['name', 'agency', 'roles', 'region'],
      'nested claims',
      { name: undefined, agency: undefined, roles: undefined, region: undefined, officer: caller },
    ],
    [['agency'], 'an unknown agency', { agency: 'post-office' }],
    [['region'], 'a malformed region', { region: '99010' }],
    [['roles'], 'no roles', { roles: [] }],
    [['roles', 'region'], 'roles in one text, and a number as region', { roles: 'case-worker', region: 990101 }],
  ])('UNREADABLE_CLAIMS: %j are named for %s', async (claims, _, spoilt) => {
    expect(await refusal(token(spoilt))).toMatchObject({ reason: 'UNREADABLE_CLAIMS', claims, told: 'INVALID' });
  });
});

test.each<[string, () => string]>([
  ['typ: at+jwt', () => token({}, { typ: 'at+jwt' })],
  ['typ: application/at+JWT', () => token({}, { typ: 'application/at+JWT' })],
  ['a clock that is four seconds fast', () => token({ iat: now() + 4, nbf: now() + 4 })],
  ['the longest lifetime', () => token({ exp: now() + HOUR })],
  ['several audiences', () => token({ aud: ['another', identityProvider.audience] })],
])('a token with %s is accepted', async (_, make) => {
  expect(await authenticatorWith().authenticate(make())).toEqual(caller);
});

test('the maximum lifetime is a setting', async () => {
  const { authenticate } = authenticatorWith({ lifetimeSeconds: 60 });
  expect(await authenticate(token({ exp: now() + 60 }))).toEqual(caller);
  await expect(authenticate(token({ exp: now() + 61 }))).rejects.toMatchObject({ reason: 'LIFETIME_TOO_LONG' });
});

test('a verified token is not valid beyond its lifetime', async () => {
  const { authenticate } = authenticatorWith();
  const token = `Bearer ${identityProvider.token('education-officer', { expiresIn: 60 })}`;
  const first = await authenticate(token);
  expect(first.sub).toBe('education-officer');
  expect(await authenticate(token)).toBe(first);
  atTime(66_000);
  await expect(authenticate(token)).rejects.toMatchObject({ reason: 'EXPIRED' });
});

test('a verified token does not make another one valid, even one that differs only in the last character', async () => {
  const { authenticate } = authenticatorWith();
  const token = `Bearer ${identityProvider.token('education-officer')}`;
  await authenticate(token);
  const changed = `${token.slice(0, -4)}${token.at(-4) === 'A' ? 'B' : 'A'}${token.slice(-3)}`;
  await expect(authenticate(changed)).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
});

describe('a list of revocations', () => {
  let file: string;
  beforeEach(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'revocations-')), 'list.json');
  });
  afterEach(() => rm(dirname(file), { recursive: true }));
  const write = (list: unknown) => writeFile(file, typeof list === 'string' ? list : JSON.stringify(list));
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

  test.each<[string, () => object, object, boolean]>([
    ['a subject', () => ({ sub: [caller.sub] }), {}, true],
    ['another subject', () => ({ sub: ['another', ''.padEnd(200, 'x')] }), {}, false],
    [
      'tokens issued to a subject before a time',
      () => ({ sub: [{ id: caller.sub, issuedBefore: ago(10) }] }),
      { iat: now() - 60 },
      true,
    ],
    [
      'tokens issued before a time, and not a later one',
      () => ({ sub: [{ id: caller.sub, issuedBefore: ago(60) }] }),
      { iat: now() - 10 },
      false,
    ],
    [
      'a subject twice, the second time for good',
      () => ({ sub: [{ id: caller.sub, issuedBefore: ago(60) }, caller.sub] }),
      {},
      true,
    ],
    ['a token', () => ({ jti: ['one'] }), { jti: 'one' }, true],
    ['another token', () => ({ jti: ['one'] }), { jti: 'two' }, false],
    ['a token, and this has no jti', () => ({ jti: ['undefined'] }), {}, false],
    ['nothing', () => ({}), {}, false],
  ])('that names %s', async (_, list, claims, revoked) => {
    await write(list());
    const { start, authenticate } = authenticatorWith({ revocationList: file });
    await start();
    const asked = authenticate(token(claims)).then(
      () => 'accepted',
      ({ reason }: TokenRefused) => reason,
    );
    expect(await asked).toBe(revoked ? 'REVOKED' : 'accepted');
  });

  test('revokes an accepted token within 30 seconds', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await write({});
    const { start, authenticate } = authenticatorWith({ revocationList: file });
    await start();
    const sent = token();
    expect(await authenticate(sent)).toEqual(caller);
    await write({ sub: [caller.sub] });
    expect(await authenticate(sent)).toEqual(caller);
    jest.advanceTimersByTime(30_000);
    // Time stands still; only the file is read again.
    let refused: unknown;
    while (refused !== 'REVOKED') {
      refused = await authenticate(sent).catch(({ reason }: TokenRefused) => reason);
      await new Promise((done) => setImmediate(done));
    }
  });

  test.each([
    undefined,
    '',
    '[]',
    'null',
    '{"sub":"officer"}',
    '{"subs":[]}',
    '{"sub":[{"id":"x"}]}',
    '{"sub":[{"id":"x","issuedBefore":"today"}]}',
  ])('that is %j prevents the start', async (text) => {
    if (text !== undefined) await write(text);
    await expect(authenticatorWith({ revocationList: file }).start()).rejects.toThrow('REVOCATION_LIST');
  });
});
