import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { childIdOf, STORY } from '../support/databases';
import { rawConnection, requestHead } from '../support/raw-connection';
import { startSystem, type TestSystem } from '../support/system';
import { nestedFragments } from '../support/wide-operations';
import { wrapAgency } from '../support/wrap-agency';

const REQUEST_TIMEOUT_MILLISECONDS = 2_000;

let system: TestSystem;
const prototypes = [Object.prototype, Array.prototype, Function.prototype];
const namesOf = (prototype: object) => Object.getOwnPropertyNames(prototype).sort();
const untouched = prototypes.map(namesOf);
beforeAll(async () => {
  system = await startSystem({
    environment: { REQUEST_TIMEOUT_MILLISECONDS: String(REQUEST_TIMEOUT_MILLISECONDS) },
  });
});
afterAll(() => system.close());

const QUERY = '{ children(first: 1) { totalCount } }';
const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
const hash = (query: string) => createHash('sha256').update(query).digest('hex');

const headers = () => ({
  authorization: `Bearer ${system.identityProvider.token('town-case-worker')}`,
  'access-purpose': 'RISK_ASSESSMENT',
});

async function post(body: Sendable, more: Record<string, string> = {}) {
  const response = await fetch(system.url, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/json', ...headers(), ...more },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

type Sendable = string | Uint8Array<ArrayBuffer> | ReadableStream;
type Answer = Awaited<ReturnType<typeof post>>;

/**
 * Checks that a request is refused with only this code, without internals, recorded with it, and that the gateway works
 * as before.
 */
async function expectRefused(answer: Answer, status: number, code: string): Promise<void> {
  const { errors, data } = JSON.parse(answer.text);
  expect({ status: answer.status, codes: [...new Set(errors.map((error: Coded) => error.extensions.code))] }).toEqual({
    status,
    codes: [code],
  });
  expect(data ?? null).toBeNull();
  expect(answer.text).not.toMatch(/stack|node_modules|\.ts|RangeError|SyntaxError|http:\/\//);
  expect(answer.text.length).toBeLessThan(20_000);
  expect(system.subRequests).toEqual([]);
  const [entry] = await system.entries(answer.headers.get('x-request-id'));
  expect(entry?.outcome).toEqual({ status, codes: [code] });
  await expectUnharmed();
}

interface Coded {
  readonly extensions: { readonly code: string };
}

async function expectUnharmed(): Promise<void> {
  expect(prototypes.map(namesOf)).toEqual(untouched);
  const { status, body } = await system.ask(QUERY);
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
}

beforeEach(() => system.forget());

describe('an operation crafted to be expensive is refused before any agency is asked', () => {
  test.each<[string, string, string]>([
    [
      '200 levels of fields',
      `{ ${'cases { nodes { children { '.repeat(200)}id${' } } }'.repeat(200)} }`,
      'OPERATION_TOO_DEEP',
    ],
    ['3,000 levels of fields', nested(3_000, '{a', '}'), 'OPERATION_TOO_DEEP'],
    ['4,500 levels of lists', `{ children(filter: ${nested(4_500, '[', ']')}) { totalCount } }`, 'OPERATION_TOO_DEEP'],
    [
      '1,500 levels of objects',
      `{ children(filter: ${'{ a: '.repeat(1_500)}1${' }'.repeat(1_500)}) { totalCount } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['10,000 aliases', `{ child(id: "x") { ${times(10_000, (n) => `a${n}: id`)} } }`, 'OPERATION_TOO_LONG'],
    ['400 aliases', `{ child(id: "x") { ${times(400, (n) => `a${n}: id`)} } }`, 'OPERATION_TOO_WIDE'],
    ['900 times the same field', `{ child(id: "x") { ${times(900, () => 'id')} } }`, 'OPERATION_TOO_WIDE'],
    [
      '300 fragments',
      `{ u: child(id: "x") { ${times(300, (n) => `...F${n}`)} } } ${times(300, (n) => `fragment F${n} on Child { id }`)}`,
      'OPERATION_TOO_WIDE',
    ],
    [
      'a chain of 300 fragments',
      `{ child(id: "x") { ...F0 } } ${times(300, (n) => `fragment F${n} on Child { id ${n < 299 ? `...F${n + 1}` : ''} }`)}`,
      'OPERATION_TOO_WIDE',
    ],
    [
      'a list of 2,000 values',
      `{ children(filter: { riskLevels: [${times(2_000, () => 'RED')}] }) { totalCount } }`,
      'INPUT_TOO_LARGE',
    ],
    ['2,000 directives', `{ child(id: "x") { id ${times(2_000, () => '@skip(if: true)')} } }`, 'OPERATION_TOO_LONG'],
    [
      '1,600 directives',
      `{ child(id: "x") { id ${times(1_200, () => '@skip(if: 1)')} } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a fragment in itself',
      '{ ...A } fragment A on Query { ...A children { totalCount } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'fragments in a circle',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a fragment doubled 30 times', nestedFragments(30), 'OPERATION_TOO_WIDE'],
    [
      '500 fragments, each in the next',
      `{ ...F0 } ${times(500, (n) => `fragment F${n} on Query { ...F${n + 1} }`)}`,
      'OPERATION_TOO_WIDE',
    ],
    ['1,000 operations', times(1_000, (n) => `query Q${n} { __typename }`), 'OPERATION_TOO_WIDE'],
    ['50 operations', times(50, (n) => `query Q${n} { __typename }`), 'OPERATION_RESOLUTION_FAILURE'],
    ['1,000 variables', `query (${times(1_000, (n) => `$v${n}: Int`)}) { __typename }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['an object for a number', '{ children(first: { a: 1 }) { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['lists for a number', '{ children(first: [[201]]) { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a list of 10^9', '{ children(first: 1000000000) { totalCount } }', 'BAD_USER_INPUT'],
    ['a number of 1,000 digits', `{ children(first: ${'9'.repeat(1_000)}) { totalCount } }`, 'BAD_USER_INPUT'],
    [
      'cases of children of cases',
      `{ cases(first: 200) { nodes { ${nested(6, 'children { cases { ', 'id } }')} } } }`,
      'OPERATION_TOO_COSTLY',
    ],
    ['NUL', '{ children { total\0Count } }', 'GRAPHQL_PARSE_FAILED'],
    ['half of a character', '{ children { total\ud800Count } }', 'GRAPHQL_PARSE_FAILED'],
    ['nothing', '', 'BAD_REQUEST'],
    ['an alias __proto__', '{ __proto__: children { totalCount } }', 'OPERATION_NAME_REFUSED'],
    ['an alias constructor', '{ children { constructor: totalCount } }', 'OPERATION_NAME_REFUSED'],
    ['an alias prototype', '{ children { prototype: totalCount } }', 'OPERATION_NAME_REFUSED'],
    [
      'a variable __proto__',
      'query ($__proto__: Int) { children(first: $__proto__) { totalCount } }',
      'OPERATION_NAME_REFUSED',
    ],
    ['an operation constructor', 'query constructor { __typename }', 'OPERATION_NAME_REFUSED'],
    ['a fragment __proto__', '{ ...__proto__ } fragment __proto__ on Query { __typename }', 'OPERATION_NAME_REFUSED'],
    [
      'a field __proto__ of an input',
      '{ children(filter: { __proto__: { region: "99" } }) { totalCount } }',
      'OPERATION_NAME_REFUSED',
    ],
  ])('%s', async (_, query, code) => {
    await expectRefused(await post(JSON.stringify({ query })), 400, code);
  });

  test('names that JavaScript objects inherit are ordinary names', async () => {
    const names = [
      'toString',
      'valueOf',
      'hasOwnProperty',
      'isPrototypeOf',
      '__defineGetter__',
      '__lookupSetter__',
      'then',
      'toJSON',
    ];
    const { body } = await system.ask(
      `{ ${names.map((name) => `${name}: children(first: 1) { ${name}: totalCount }`).join(' ')} }`,
    );
    expect(body.errors).toBeUndefined();
    expect(Object.keys(body.data)).toEqual(names);
    for (const name of names) expect(body.data[name]).toEqual({ [name]: expect.any(Number) });
    await expectUnharmed();
  });
});

describe('variables crafted to be expensive are refused', () => {
  const query =
    'query ($first: Int, $filter: ChildFilter, $after: String) { children(first: $first, filter: $filter, after: $after) { totalCount } }';
  test.each<[string, string, number, string]>([
    ['250 kB of text', `{"after":"${'x'.repeat(250_000)}"}`, 200, 'BAD_USER_INPUT'],
    ['300 kB of text', `{"after":"${'x'.repeat(300_000)}"}`, 413, 'REQUEST_TOO_LARGE'],
    ['1,900 levels of lists', `{"filter":${nested(1_900, '[', ']')}}`, 400, 'BAD_USER_INPUT'],
    ['50,000 levels of lists', `{"filter":${nested(50_000, '[', ']')}}`, 400, 'INPUT_TOO_LARGE'],
    ['20,000 levels of objects', `{"filter":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`, 400, 'INPUT_TOO_LARGE'],
    [
      '30,000 risk levels',
      `{"filter":{"riskLevels":[${Array.from({ length: 30_000 }, () => '"RED"').join()}]}}`,
      400,
      'INPUT_TOO_LARGE',
    ],
    [
      '40,000 that nobody asked for',
      `{${Array.from({ length: 20_000 }, (_, n) => `"v${n}":1`).join()},"first":true}`,
      400,
      'INPUT_TOO_LARGE',
    ],
    ['__proto__ in the variables', '{"__proto__":{"polluted":1},"first":1}', 400, 'BAD_REQUEST'],
    ['__proto__ in an input', '{"filter":{"__proto__":{"region":"99"}}}', 400, 'BAD_REQUEST'],
    ['__proto__ in other letters', '{"filter":{"\\u005f_proto__":{"region":"99"}}}', 400, 'BAD_REQUEST'],
    [
      'constructor.prototype in an input',
      '{"filter":{"constructor":{"prototype":{"polluted":1}}}}',
      400,
      'BAD_REQUEST',
    ],
    ['constructor in an input', '{"filter":{"constructor":1}}', 400, 'BAD_USER_INPUT'],
    ['a number beyond all', '{"first":1e400}', 400, 'BAD_USER_INPUT'],
    ['a number of 100,000 digits', `{"first":${'9'.repeat(100_000)}}`, 400, 'BAD_USER_INPUT'],
    ['half a child', '{"first":1.5}', 400, 'BAD_USER_INPUT'],
    ['a list that is too long', '{"first":201}', 400, 'BAD_USER_INPUT'],
    ['an object for a number', '{"first":{"valueOf":1}}', 400, 'BAD_USER_INPUT'],
    ['lists for a number', '{"first":[[201]]}', 400, 'BAD_USER_INPUT'],
  ])('%s', async (_, variables, status, code) => {
    const answer = await post(`{"query":${JSON.stringify(query)},"variables":${variables}}`);
    if (status !== 200) return expectRefused(answer, status, code);
    expect(JSON.parse(answer.text).errors.map(({ extensions }: Coded) => extensions.code)).toEqual([code]);
    expect(answer.text).not.toContain('xxxx');
    await expectUnharmed();
  });
});

describe('a body that is not a GraphQL request is refused', () => {
  const request = JSON.stringify({ query: QUERY });
  const replaced = (name: string, value: string) => `{"query":${JSON.stringify(QUERY)},"${name}":${value}}`;
  const bomb = Buffer.alloc(20_000_000, ' ');
  const wrong = (name: string, values: readonly string[]) =>
    values.map((value): [string, Sendable, Record<string, string>, number, string] => [
      `${name} is ${value}`,
      replaced(name, value),
      {},
      400,
      'BAD_REQUEST',
    ]);
  test.each<[string, Sendable, Record<string, string>, number, string]>([
    ['a batch', `[${request},${request}]`, {}, 400, 'BAD_REQUEST'],
    ['an empty batch', '[]', {}, 400, 'BAD_REQUEST'],
    ['null', 'null', {}, 400, 'BAD_REQUEST'],
    ['a number', '1e400', {}, 400, 'BAD_REQUEST'],
    ['100,000 open brackets', '['.repeat(100_000), {}, 400, 'BAD_REQUEST'],
    ['100,000 levels of lists', nested(100_000, '[', ']'), {}, 400, 'BAD_REQUEST'],
    ['__proto__', '{"__proto__":{"query":"{__typename}"}}', {}, 400, 'BAD_REQUEST'],
    ['NUL between its members', `{\0"query":${JSON.stringify(QUERY)}}`, {}, 400, 'BAD_REQUEST'],
    [
      'what is no UTF-8',
      Buffer.from([...Buffer.from('{"query":"{__typename} #'), 0xc3, 0x28, ...Buffer.from('"}')]),
      {},
      400,
      'BAD_REQUEST',
    ],
    [
      'what is no UTF-8, in chunks',
      new Blob([Buffer.from('{"query":"{__typename} #'), Buffer.from([0xc3, 0x28]), '"}']).stream(),
      {},
      400,
      'BAD_REQUEST',
    ],
    [
      'an overlong NUL',
      Buffer.from([...Buffer.from('{"query":"{__typename} #'), 0xc0, 0x80, ...Buffer.from('"}')]),
      {},
      400,
      'BAD_REQUEST',
    ],
    [
      'UTF-16',
      Buffer.from(request, 'utf16le'),
      { 'content-type': 'application/json; charset=utf-16' },
      400,
      'BAD_REQUEST',
    ],
    ['gzip', gzipSync(request), { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['gzip of 20 MB', gzipSync(bomb), { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['Brotli of 20 MB', brotliCompressSync(bomb), { 'content-encoding': 'br' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['deflate of 20 MB', deflateSync(bomb), { 'content-encoding': 'deflate' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['gzip in gzip', gzipSync(gzipSync(bomb)), { 'content-encoding': 'gzip, gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['gzip that does not say so', gzipSync(request), {}, 400, 'BAD_REQUEST'],
    ['text', request, { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a form',
      `query=${encodeURIComponent(QUERY)}`,
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a form of parts',
      '--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{__typename}\r\n--x--',
      { 'content-type': 'multipart/form-data; boundary=x' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ...wrong('query', ['5', 'true', 'null', '{}', '[]', '["{ __typename }"]']),
    ...wrong('variables', ['5', 'true', '"{}"', '[]']),
    ...wrong('operationName', ['5', 'true', '{}', '[]']),
    ...wrong('extensions', ['5', 'true', '"{}"', '[]']),
  ])('%s', async (_, body, more, status, code) => {
    await expectRefused(await post(body, more), status, code);
  });

  test('a byte order mark, and content-encoding: identity, change nothing', async () => {
    for (const answer of [await post(`\ufeff${request}`), await post(request, { 'content-encoding': 'identity' })]) {
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text).errors).toBeUndefined();
    }
  });

  test('of a repeated JSON member, the last one is executed and recorded', async () => {
    const answer = await post(`{"query":"{ __typename }","query":${JSON.stringify(QUERY)}}`);
    expect(Object.keys(JSON.parse(answer.text).data)).toEqual(['children']);
    const [entry] = await system.entries(answer.headers.get('x-request-id'));
    expect(entry?.operation.hash).toBe(hash(QUERY));
  });

  test('requests that another site’s form or link could send are refused: GET, and media types other than JSON', async () => {
    const url = `${system.url}?query=${encodeURIComponent('mutation { __typename }')}`;
    const more: Record<string, string>[] = [
      {},
      { 'content-type': 'application/json' },
      { 'apollo-require-preflight': '1' },
    ];
    for (const each of more) {
      const response = await fetch(url, { headers: { ...headers(), ...each } });
      expect(response.status).toBe(405);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
    }
    const untyped = await fetch(url, {
      method: 'POST',
      headers: headers(),
      body: new Uint8Array(Buffer.from(request)),
    });
    expect(untyped.status).toBe(415);
    await expectUnharmed();
  });
});

describe('an agency’s JSON with inherited names has no effect on others', () => {
  const POISON = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1},"polluted":1}';
  const id = childIdOf(STORY.leftBehind);
  const query = `{ child(id: "${id}") { id identity { fullName } enrolment { school status } dropoutAlerts { stage } } }`;

  test.each<[string, (text: string) => string]>([
    ['in every object', (text) => text.replaceAll('{', `{${POISON},`).replaceAll(',}', '}')],
    ['in its data', (text) => text.replace('"data":{', `"data":{${POISON},`)],
    ['in an entity', (text) => text.replace('"_entities":[{', `"_entities":[{${POISON},`)],
    ['in place of an object', (text) => text.replace('"enrolment":{', '"enrolment":{"__proto__":null,')],
    [
      'in its errors',
      (text) =>
        text.replace(
          '"data":',
          `"errors":[{"message":"x","path":["__proto__","polluted"],"extensions":{${POISON}}}],"data":`,
        ),
    ],
  ])('%s', async (_, poisoned) => {
    let answered = '';
    const undo = wrapAgency(system, 'education', (handle) => async (request) => {
      const { status, body } = await handle(request);
      answered = poisoned(JSON.stringify(body));
      return { status, body: JSON.parse(answered) };
    });
    const { status, text, body } = await system.ask(query).finally(undo);
    expect(answered).toContain('__proto__');
    expect({ status, prototypes: prototypes.map(namesOf) }).toEqual({ status: 200, prototypes: untouched });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(text).not.toContain('polluted":');
    expect(Object.keys(body.data.child)).toEqual(['id', 'identity', 'enrolment', 'dropoutAlerts']);
    expect(body.data.child).toMatchObject({ id, identity: { fullName: '林小溪' } });
    for (const key of Object.keys(body.data.child.enrolment ?? {})) expect(['school', 'status']).toContain(key);
    await expectUnharmed();
  });
});

describe('a stalling client is disconnected, and delays nobody', () => {
  const stalls: Record<string, () => string> = {
    'in the middle of the headers': () => 'POST /graphql HTTP/1.1\r\nhost: gateway\r\nx-slow: ',
    'before the body': () => `${requestHead({ ...headers(), 'content-length': 100 })}\r\n`,
    'in the middle of the body': () => `${requestHead({ ...headers(), 'content-length': 100 })}\r\n{"query":`,
    'in the middle of a chunk': () =>
      `${requestHead({ ...headers(), 'transfer-encoding': 'chunked' })}\r\n64\r\n{"query":`,
  };

  test(`${Object.keys(stalls).join(', ')}, or a byte at a time`, async () => {
    const stalled = Object.values(stalls).flatMap((text) =>
      Array.from({ length: 10 }, () => {
        const connection = rawConnection(system.port);
        connection.socket.write(text());
        return connection;
      }),
    );
    const slow = rawConnection(system.port);
    slow.socket.write(`${requestHead({ ...headers(), 'content-length': 1_000 })}\r\n`);
    const drip = setInterval(() => slow.socket.writable && slow.socket.write(' '), 100);
    for (let count = 0; count < 5; count += 1) await expectUnharmed();
    const answers = await Promise.all([...stalled, slow].map(({ closed }) => closed)).finally(() =>
      clearInterval(drip),
    );
    for (const text of answers) {
      expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toEqual({
        errors: [{ message: expect.any(String), extensions: { code: 'REQUEST_TIMEOUT' } }],
      });
    }
    await expectUnharmed();
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['another version', 'POST /graphql HTTP/9.9\r\n\r\n'],
    ['two lengths', `${requestHead({ 'content-length': 5 })}content-length: 6\r\n\r\nhello`],
    ['a length and chunks', `${requestHead({ 'content-length': 5, 'transfer-encoding': 'chunked' })}\r\n0\r\n\r\n`],
    ['a header of 1 MB', requestHead({ 'x-long': 'x'.repeat(1_000_000) })],
    ['NUL in a header', `${requestHead({ 'x-nul': '\0' })}\r\n`],
  ])('%s is answered with a code, and the connection closed', async (_, text) => {
    const { socket, closed } = rawConnection(system.port);
    socket.write(text);
    const answer = await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('"code":"BAD_REQUEST"');
    await expectUnharmed();
  });
});
