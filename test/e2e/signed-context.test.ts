import { createHmac, generateKeyPairSync } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { COVERS_NOTHING } from '../../shared/access/grant';
import { connect } from '../../shared/db/connect';
import { childIds } from '../../shared/domain/child-id';
import { type AccessContext, contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import type { Subgraph } from '../../shared/protocol/subgraph-exchange';
import { createSubgraph } from '../../shared/subgraph/subgraph';
import { subgraphServer } from '../../shared/subgraph/subgraph-server';
import education from '../../subgraphs/education';
import governanceCenter from '../../subgraphs/governance-center';
import { childIdOf, STORY, TEST_CHILD_IDS, testDatabase } from '../support/databases';
import { demoCaller, type TestIdentityProvider, testIdentityProvider } from '../support/identity-provider';

function pemKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

const gatewayKeys = pemKeys();
const otherKeys = pemKeys();

const CONTEXT: AccessContext = {
  caller: demoCaller('county-case-worker'),
  purpose: 'RISK_ASSESSMENT',
  reference: { kind: 'assessment', id: '7b0f3f9e-2f43-4d57-8f3c-0a4f1c8f2b11' },
  grant: { ...COVERS_NOTHING, kind: 'assessment', children: [childIdOf(STORY.leftBehind)] },
  reasonGiven: false,
};
const BODY = {
  query: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Child { enrolment { school } } } }',
  variables: { r: [{ __typename: 'Child', id: childIdOf(STORY.leftBehind) }] },
};

let db: Knex;
let subgraph: Subgraph;
let identityProvider: TestIdentityProvider;
const statements: string[] = [];

beforeAll(async () => {
  db = connect(testDatabase('education').readerUrl, { poolSize: 2, statementTimeout: 0 });
  db.on('query', ({ sql }: { sql: string }) => statements.push(sql));
  subgraph = createSubgraph({
    definition: education,
    db,
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: contextVerifier(gatewayKeys.publicKey, 'education'),
    log: pino({ level: 'silent' }),
  });
  identityProvider = await testIdentityProvider();
});
afterAll(async () => {
  await db.destroy();
  await identityProvider.close();
});
beforeEach(() => {
  statements.length = 0;
});

const claims = { ...CONTEXT };
const signed = (key: string, options: object, content: object = claims) =>
  sign(content, key, {
    algorithm: 'ES256',
    issuer: 'unified-child-record/gateway',
    audience: 'education',
    expiresIn: 60,
    ...options,
  });
const unsigned = () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...claims, iss: 'unified-child-record/gateway', aud: 'education', iat: now, exp: now + 60 })}.`;
};

const forgeries: Record<string, () => string | undefined> = {
  'no token at all': () => undefined,
  "a client's own token": () => identityProvider.token('county-case-worker'),
  "a client's own token for the agency": () => identityProvider.token('county-case-worker', { audience: 'education' }),
  "another agency's context": () => contextSigner(gatewayKeys.privateKey)(CONTEXT, 'public-security'),
  'an expired context': () => signed(gatewayKeys.privateKey, { expiresIn: -1 }),
  'a context older than a minute that claims to live on': () => {
    const iat = Math.floor(Date.now() / 1000) - 120;
    return signed(gatewayKeys.privateKey, { expiresIn: 9_999 }, { ...claims, iat });
  },
  'alg: none': unsigned,
  'a context signed by somebody else': () => contextSigner(otherKeys.privateKey)(CONTEXT, 'education'),
  'a context of another issuer': () => signed(gatewayKeys.privateKey, { issuer: 'somebody' }),
  'HS256 with the public key': () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iss: 'unified-child-record/gateway', aud: 'education', exp: 9_999_999_999 })}`;
    return `${content}.${createHmac('sha256', gatewayKeys.publicKey).update(content).digest('base64url')}`;
  },
  'a context with a role that does not exist': () =>
    signed(gatewayKeys.privateKey, {}, { ...claims, caller: { ...CONTEXT.caller, roles: ['root'] } }),
  'a context with a purpose that does not exist': () =>
    signed(gatewayKeys.privateKey, {}, { ...claims, purpose: 'CURIOSITY' }),
};

test.each(Object.keys(forgeries))('%s is answered 401 and runs no SQL', async (name) => {
  const token = forgeries[name]?.();
  const { status, body } = await subgraph.handle({
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    body: BODY,
  });
  expect(status).toBe(401);
  expect(body.data).toBeUndefined();
  expect(body.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  expect(statements).toEqual([]);
});

test('the same over HTTP, where only the gateway’s context is answered', async () => {
  const app = subgraphServer(() => ({ subgraph, db }), pino({ level: 'silent' }));
  const post = (authorization?: string) =>
    app.inject({
      method: 'POST',
      url: '/graphql',
      payload: BODY,
      headers: { ...(authorization && { authorization }) },
    });
  for (const forge of Object.values(forgeries)) {
    const token = forge();
    expect((await post(token && `Bearer ${token}`)).statusCode).toBe(401);
  }
  expect(statements).toEqual([]);
  const answered = await post(`Bearer ${contextSigner(gatewayKeys.privateKey)(CONTEXT, 'education')}`);
  expect(answered.json().data._entities[0].enrolment.school).toEqual(expect.any(String));
  await app.close();
});

test.each([
  '{ _service { sdl } }',
  'query { __schema { types { name } } }',
  '{ __type(name: "Child") { fields { name } } }',
  'query { ...F } fragment F on Query { service: _service { sdl } }',
])('an agency never shows its schema, not even with the gateway’s context: %s', async (query) => {
  const authorization = `Bearer ${signed(gatewayKeys.privateKey, {})}`;
  const { status, body } = await subgraph.handle({ authorization, body: { query } });
  expect({ status, data: body.data ?? null }).toEqual({ status: 400, data: null });
  expect(JSON.stringify(body)).not.toMatch(/Child|policy/);
});

test('a context is valid for at most 60 seconds, and is reused for several sub-requests', () => {
  const signer = contextSigner(gatewayKeys.privateKey);
  const token = signer(CONTEXT, 'education');
  const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(exp - iat).toBeLessThanOrEqual(60);
  expect(signer({ ...CONTEXT }, 'education')).toBe(token);
  expect(signer({ ...CONTEXT, purpose: 'VISIT' }, 'education')).not.toBe(token);
  expect(signer(CONTEXT, 'civil-affairs')).not.toBe(token);
});

test.each([60, 9_999])('a verified context that claims %i seconds is cached for 60', (expiresIn) => {
  const verify = contextVerifier(gatewayKeys.publicKey, 'education');
  const token = signed(gatewayKeys.privateKey, { expiresIn });
  expect(verify(token)).toEqual(CONTEXT);
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
  expect(verify(token)).toBeNull();
  clock.mockRestore();
});

describe('a validly signed context opens only what the rules permit, whatever the query contains', () => {
  const ask = (context: AccessContext, target: Subgraph, audience: 'education' | 'governance-center', body: unknown) =>
    target.handle({ authorization: `Bearer ${contextSigner(gatewayKeys.privateKey)(context, audience)}`, body });

  test('outside the region, a wide query is refused once per coordinate, and its sections run no SQL', async () => {
    const caller = demoCaller('neighbour-education-officer');
    const context: AccessContext = { ...CONTEXT, caller, purpose: 'OWN_DUTY', reference: null, grant: null };
    const ids = [STORY.leftBehind, STORY.sealed].map((number) => ({ __typename: 'Child', id: childIdOf(number) }));
    const { body } = await ask(context, subgraph, 'education', {
      query:
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Child { id enrolment { school } attendance { month } wellbeingScreening { score } } } }',
      variables: { r: ids },
    });
    expect(body.data).toEqual({
      _entities: ids.map(({ id }) => ({ id, enrolment: null, attendance: [], wellbeingScreening: null })),
    });
    expect(body.errors).toBeUndefined();
    expect(body.extensions?.access?.denied.map(({ coordinate }) => coordinate).sort()).toEqual([
      'Child.attendance',
      'Child.enrolment',
      'Child.wellbeingScreening',
    ]);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toContain('"exposed"."child"');
  });

  test('invented fields in a representation are not trusted', async () => {
    const governance = connect(testDatabase('governance-center').readerUrl, { poolSize: 2, statementTimeout: 0 });
    const centre = createSubgraph({
      definition: governanceCenter,
      db: governance,
      childIds: childIds(TEST_CHILD_IDS),
      verifyContext: contextVerifier(gatewayKeys.publicKey, 'governance-center'),
      log: pino({ level: 'silent' }),
    });
    const { body } = await ask(
      { ...CONTEXT, caller: demoCaller('neighbour-case-worker'), reference: null, grant: null },
      centre,
      'governance-center',
      {
        query: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Child { risk { level } } } }',
        variables: {
          r: [
            {
              __typename: 'Child',
              id: childIdOf(STORY.leftBehind),
              region: '990102',
              child_id: 'x',
              risk: { level: 'RED' },
            },
          ],
        },
      },
    );
    expect(body.data).toEqual({ _entities: [{ risk: null }] });
    await governance.destroy();
  });

  test.each([[`x' or '1'='1`], [['a']], [{ a: 1 }], [1], [null]])(
    'a representation with the id %j is answered null',
    async (id) => {
      const { status, body } = await ask(CONTEXT, subgraph, 'education', {
        ...BODY,
        variables: { r: [{ __typename: 'Child', id }] },
      });
      expect(status).toBe(200);
      expect(body.data).toEqual({ _entities: [null] });
    },
  );
});
