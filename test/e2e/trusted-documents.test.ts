import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { inProcessTransport } from '../../gateway/agencies/transport';
import { embeddedConfig } from '../../gateway/config';
import { createGateway } from '../../gateway/gateway';
import {
  hashOf,
  type Manifest,
  type ManifestOperation,
  readManifest,
  trustedManifest,
  writtenManifest,
} from '../../gateway/trusted-documents/manifest';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES } from '../../shared/domain/agencies';
import { childIdOf, STORY } from '../support/databases';
import { LEFT_BEHIND_ASSESSMENT } from '../support/references';
import { rememberingLedger } from '../support/remembering-ledger';
import { type Reply, startSystem, type TestSystem } from '../support/system';

const MANIFEST = join(PROJECT, 'gateway/generated/trusted-documents.json');
const RECORD = JSON.parse(readFileSync(join(PROJECT, 'examples/record.json'), 'utf8'));
const HASH = hashOf(RECORD.query);
const OTHER = '{ children { totalCount } }';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ trustedDocumentsFile: MANIFEST });
});
afterAll(() => system.close());
beforeEach(() => system.forget());

const send = (body: unknown, as = 'town-case-worker', purpose = 'RISK_ASSESSMENT') =>
  system.post(JSON.stringify(body), {
    authorization: `Bearer ${system.identityProvider.token(as)}`,
    'access-purpose': purpose,
    ...(as === 'town-case-worker' && { 'access-reference': LEFT_BEHIND_ASSESSMENT }),
  });
const byHash = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
const variables = { id: childIdOf(STORY.leftBehind) };

async function expectRefused(reply: Reply, hash: string | null, code = 'OPERATION_NOT_TRUSTED', status = 403) {
  expect(reply.body).toEqual({ errors: [{ message: expect.any(String), extensions: { code } }] });
  expect(reply.status).toBe(status);
  expect(system.subRequests).toEqual([]);
  const [entry] = await system.entries(reply.headers.get('x-request-id'));
  expect(entry).toMatchObject({ caller: { id: expect.any(String) }, outcome: { status, codes: [code] } });
  expect(entry?.operation.hash).toBe(hash);
}

describe('a known operation is answered, and recorded by its hash', () => {
  test.each<[string, () => object]>([
    ['by its text', () => ({ query: RECORD.query })],
    ['by its hash, as persisted queries have it', () => byHash(HASH)],
    ['by its hash and its text', () => ({ ...byHash(HASH), query: RECORD.query })],
    ['by its hash, with no text but null', () => ({ ...byHash(HASH), query: null })],
    ['by the id of the document', () => ({ documentId: HASH })],
    ['by the id of the document, with its kind', () => ({ documentId: `sha256:${HASH}` })],
  ])('%s', async (_, body) => {
    const reply = await send({ ...body(), variables });
    expect(reply.body.errors).toBeUndefined();
    expect(reply.body.data.child.identity.fullName).toBe('林小溪');
    const [entry] = await system.entries(reply.headers.get('x-request-id'));
    expect(entry?.operation).toEqual({ kind: 'query', name: 'Record', hash: HASH });
  });
});

describe('any other is refused, and recorded', () => {
  test('by its text, even one that differs only by a space', async () => {
    for (const query of [OTHER, `${RECORD.query} `, ''])
      await expectRefused(await send({ query, variables }), hashOf(query));
  });

  test('under the hash of a known one', async () => {
    await expectRefused(await send({ ...byHash(HASH), query: OTHER }), hashOf(OTHER));
    await expectRefused(await send({ documentId: HASH, query: OTHER }), hashOf(OTHER));
  });

  test.each([hashOf(OTHER), '', '__proto__', 'constructor', 5, null, {}, [HASH]])('by the hash %p', async (hash) => {
    await expectRefused(await send({ ...byHash(hash), variables }), null);
    await expectRefused(await send({ documentId: hash, variables }), null);
  });

  test.each([
    {},
    { extensions: null },
    { extensions: [] },
    { extensions: 'x' },
    { extensions: { persistedQuery: null } },
    { query: null },
  ])('by no text or hash: %j', async (body) => {
    await expectRefused(await send(body), null);
  });

  test.each([{ query: 5 }, { query: [RECORD.query] }, [], [{ query: OTHER }], null])(
    'an invalid request: %j',
    async (body) => {
      await expectRefused(await send(body), null, 'BAD_REQUEST', 400);
    },
  );
});

test('a developer may send any operation, which permits it to nobody else', async () => {
  const tried = await send({ query: OTHER }, 'education-developer', 'OWN_DUTY');
  expect(tried.status).toBe(200);
  const known = await send({ ...byHash(hashOf(OTHER)), query: OTHER }, 'education-developer', 'OWN_DUTY');
  expect(known.body.errors?.[0].extensions.code).not.toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  expect(known.status).toBe(200);
  await expectRefused(
    await send({ documentId: hashOf(OTHER) }, 'education-developer', 'OWN_DUTY').finally(() => system.forget()),
    null,
  );
  await expectRefused(await send({ query: OTHER }), hashOf(OTHER));
});

describe('the gateway does not start with a manifest', () => {
  const operation = (body: string, changes: Partial<ManifestOperation> = {}): ManifestOperation => ({
    id: hashOf(body),
    name: 'Test',
    type: 'query',
    body,
    ...changes,
  });
  const gatewayWith = (trustedDocuments: Manifest) =>
    createGateway({
      supergraphSdl: readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8'),
      rules: readRuleBundle(readFileSync(join(PROJECT, 'gateway/generated/rules.json'), 'utf8')),
      accessMode: 'filter',
      transports: new Map(AGENCIES.map((agency) => [agency, inProcessTransport(() => undefined)])),
      authenticate: () => Promise.reject(new Error('Nobody asks.')),
      signContext: () => '',
      trustedDocuments,
      log: pino({ level: 'silent' }),
    });

  test.each<[string, string, RegExp]>([
    ['that is no JSON', '{', /is not JSON/],
    ['that is no manifest', '[]', /malformed at its root/],
    ['of another format', '{"format":"other","version":1,"operations":[]}', /malformed at format/],
    ['of another version', writtenManifest([]).replace('"version": 1', '"version": 2'), /malformed at version/],
    [
      'with an operation without a text',
      writtenManifest([{ ...operation(OTHER), body: 5 as never }]),
      /operations.0.body/,
    ],
    [
      'with a hash that is not that of its text',
      writtenManifest([operation(OTHER, { id: HASH })]),
      /"Test" does not match its hash/,
    ],
  ])('%s', (_, text, message) => {
    expect(() => readManifest(text)).toThrow(message);
  });

  test.each<[string, string, RegExp]>([
    ['that does not parse', 'query Test {', /Syntax Error/],
    ['that does not fit the schema', 'query Test { children { nothing } }', /nothing/],
    [
      'that is nested too deeply',
      `query Test { ${'cases { nodes { children { '.repeat(8)}id${' } } }'.repeat(8)} }`,
      /nested too deeply/,
    ],
  ])('with an operation %s', async (_, body, message) => {
    const trustedDocuments = readManifest(writtenManifest([operation(body)]));
    const gateway = gatewayWith(trustedDocuments);
    await expect(gateway.load(rememberingLedger())).rejects.toThrow(message);
    await gateway.app.close();
  });

  test('that is missing or not configured, or with an unknown mode', async () => {
    await expect(trustedManifest(join(__dirname, 'missing.json'))).rejects.toThrow('ENOENT');
    expect(await trustedManifest(undefined)).toBeUndefined();
    const config = (variables: NodeJS.ProcessEnv) => () => embeddedConfig(new Environment(variables), new Map());
    expect(config({ TRUSTED_DOCUMENTS: 'only' })).toThrow('TRUSTED_DOCUMENTS_FILE is not set');
    expect(config({ TRUSTED_DOCUMENTS: 'all' })).toThrow('TRUSTED_DOCUMENTS must be one of off, only');
    const named = { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILE: MANIFEST };
    expect(config(named)().trustedDocumentsFile).toBe(MANIFEST);
    expect(config({ ...named, TRUSTED_DOCUMENTS: '' })().trustedDocumentsFile).toBeUndefined();
  });
});

test('a manifest is the same for the same operations in any order, with each operation once', () => {
  const operations = [...readManifest(readFileSync(MANIFEST, 'utf8'))].map(
    ([id, body]): ManifestOperation => ({ id, body, name: /query (\w+)/.exec(body)?.[1] ?? '', type: 'query' }),
  );
  const text = writtenManifest(operations);
  expect(writtenManifest([...operations].reverse().concat(operations))).toBe(text);
  expect(text).toBe(readFileSync(MANIFEST, 'utf8'));
});
