import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverAudits } from 'graphql-http';
import { PlanningWorker } from '../../gateway/federation/planning/planning-worker';
import { PROJECT } from '../../shared/config/project-root';
import { failure } from '../../shared/protocol/errors';
import { childIdOf, STORY } from '../support/databases';
import { startSystem, type TestSystem } from '../support/system';

const MODERN = 'application/graphql-response+json';
const NEW_TEXTS = 80;

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ environment: { CALLER_NEW_TEXTS_PER_MINUTE: String(NEW_TEXTS) } });
});
afterAll(() => system.close());

const token = (caller = 'town-case-worker', options = {}) => ({
  authorization: `Bearer ${system.identityProvider.token(caller, options)}`,
});
const PURPOSE = { 'access-purpose': 'RISK_ASSESSMENT' };
const JSON_BODY = { 'content-type': 'application/json' };
const QUERY = '{ __typename }';

test('each audit of GraphQL over HTTP has the documented result', async () => {
  const audits = serverAudits({
    url: system.url,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, {
        ...init,
        headers: { ...token('education-developer'), 'access-purpose': 'OWN_DUTY', ...init.headers },
      }),
  });
  const results = await Promise.all(audits.map((audit) => audit.fn()));
  const docs = readFileSync(join(PROJECT, 'docs/reference/graphql-over-http.md'), 'utf8');
  const rows = results.map(({ id, name, status }) => `| ${id} | ${name} | ${status} |`);
  expect(docs.match(/^\| [0-9A-Z]{4} \|.*$/gm)).toEqual(rows);
  expect(results.filter(({ status }) => status === 'error')).toEqual([]);
});

interface Case {
  readonly status: number;
  readonly code: string;
  readonly send: (more: Record<string, string>) => Promise<Response>;
}

const post =
  (body: string, headers: () => Record<string, string> = () => ({ ...token(), ...PURPOSE, ...JSON_BODY })) =>
  (more: Record<string, string>) =>
    fetch(system.url, { method: 'POST', body, headers: { ...headers(), ...more } });
const query = (text: string, variables?: unknown) => post(JSON.stringify({ query: text, variables }));
const signed = (headers: () => Record<string, string>) =>
  post(JSON.stringify({ query: QUERY }), () => ({ ...PURPOSE, ...JSON_BODY, ...headers() }));

/** Every kind of refusal, before and after the operation is known. */
const REFUSED: Readonly<Record<string, Case>> = {
  'no token': { status: 401, code: 'UNAUTHENTICATED', send: signed(() => ({})) },
  'an expired token': {
    status: 401,
    code: 'UNAUTHENTICATED',
    send: signed(() => token('town-case-worker', { expiresIn: -60 })),
  },
  'no purpose': {
    status: 400,
    code: 'ACCESS_PURPOSE_REQUIRED',
    send: post('{}', () => ({ ...token(), ...JSON_BODY })),
  },
  'another address': {
    status: 404,
    code: 'NOT_FOUND',
    send: (more) => fetch(`${system.url}/elsewhere`, { headers: more }),
  },
  'another method': { status: 405, code: 'METHOD_NOT_ALLOWED', send: (more) => fetch(system.url, { headers: more }) },
  'a body that is too large': { status: 413, code: 'REQUEST_TOO_LARGE', send: post(' '.repeat(300_000)) },
  'a body that is no JSON': {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    send: post('query', () => ({ ...token(), ...PURPOSE, 'content-type': 'text/plain' })),
  },
  'a body without an operation': { status: 400, code: 'BAD_REQUEST', send: post('{}') },
  'a list of the input that is too long': {
    status: 400,
    code: 'INPUT_TOO_LARGE',
    send: query(QUERY, { a: Array(201).fill(1) }),
  },
  'a text that is no GraphQL': { status: 400, code: 'GRAPHQL_PARSE_FAILED', send: query('{') },
  'an operation that does not fit': { status: 400, code: 'GRAPHQL_VALIDATION_FAILED', send: query('{ nonsense }') },
  'a variable that does not fit': {
    status: 400,
    code: 'BAD_USER_INPUT',
    send: query('query ($n: Int) { children(first: $n) { totalCount } }', { n: 'many' }),
  },
  'introspection by whoever may not': {
    status: 403,
    code: 'INTROSPECTION_REFUSED',
    send: query('{ __schema { queryType { name } } }'),
  },
  'a thread that is busy': {
    status: 503,
    code: 'PLANNING_BUSY',
    send: async (more) => {
      const busy = jest.spyOn(PlanningWorker.prototype, 'run').mockRejectedValueOnce(failure('PLANNING_BUSY'));
      const answer = await query(`{ busy${performance.now().toFixed(0)}: __typename }`)(more);
      busy.mockRestore();
      return answer;
    },
  },
};

describe.each(Object.entries(REFUSED))('%s', (_, { status, code, send }) => {
  test.each<[string, Record<string, string>, string]>([
    ['by default', {}, 'application/json; charset=utf-8'],
    ['in the type that it asks for', { accept: MODERN }, `${MODERN}; charset=utf-8`],
    [
      'in the one that it would rather have',
      { accept: `application/json;q=0.5, ${MODERN}` },
      `${MODERN}; charset=utf-8`,
    ],
  ])('is told %s', async (__, headers, type) => {
    const answer = await send(headers);
    expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({ status, type });
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });
});

test('a caller who sends too many new documents gets the error in the requested media type', async () => {
  let answer: Response | undefined;
  for (let n = 0; n <= NEW_TEXTS; n += 1) {
    const body = JSON.stringify({ query: `{ n${n} ` });
    answer = await post(body, () => ({ ...token('child-director'), ...PURPOSE, ...JSON_BODY }))({ accept: MODERN });
  }
  expect([answer?.status, answer?.headers.get('content-type')]).toEqual([429, `${MODERN}; charset=utf-8`]);
});

test.each(['text/event-stream', 'multipart/mixed', 'text/html', 'application/xml', 'application/json;q=0'])(
  'who takes nothing but %s gets 406 with an error, and no agency is asked',
  async (accept) => {
    system.forget();
    const answer = await query(QUERY)({ accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([406, 'application/json; charset=utf-8']);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
    expect(system.subRequests).toEqual([]);
    const [entry] = await system.entries(answer.headers.get('x-request-id'));
    expect(entry?.outcome).toEqual({ status: 406, codes: ['NOT_ACCEPTABLE'] });
  },
);

test.each<[string, () => Record<string, string>, string]>([
  ['none', () => ({}), 'Bearer'],
  ['another scheme', () => ({ authorization: 'Basic dXNlcjpwYXNz' }), 'Bearer'],
  [
    'an expired one',
    () => token('town-case-worker', { expiresIn: -60 }),
    'Bearer error="invalid_token", error_description="The token has expired."',
  ],
  ['a wrong one', () => ({ authorization: 'Bearer nonsense' }), 'Bearer error="invalid_token"'],
  ['one for somebody else', () => token('town-case-worker', { audience: 'another' }), 'Bearer error="invalid_token"'],
])('401 states what is wrong with the token: %s', async (_, headers, challenge) => {
  const answer = await signed(headers)({});
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, challenge]);
});

test('405 names the allowed method', async () => {
  expect((await fetch(system.url)).headers.get('allow')).toBe('POST');
});

describe('BAD_USER_INPUT has status 400 without data, and 200 with data', () => {
  const ID = childIdOf(STORY.leftBehind);
  const page =
    'query ($n: Int, $a: String, $f: ChildFilter) { children(first: $n, after: $a, filter: $f) { totalCount } }';
  const report = 'mutation ($i: ReportClueInput!) { reportClue(input: $i) { receiptNumber } }';
  test.each<[string, string, unknown]>([
    ['a list that is too long, in a variable', page, { n: 201 }],
    ['a list that is too long, in the text', '{ children(first: 201) { totalCount } }', {}],
    ['a value of another type', page, { n: 'many' }],
    ['a value that is not on a list of values', page, { f: { riskLevels: ['MAUVE'] } }],
    ['a variable that is missing', 'query ($id: ID!) { child(id: $id) { id } }', {}],
    ['a condition that is null', 'query ($w: Boolean = true) { child(id: "a") { id @include(if: $w) } }', { w: null }],
    ['an input that lacks a field', report, { i: {} }],
    ['a place in a list that is none, which an agency refuses', page, { a: 'nowhere' }],
    ['an ID number that is none, which an agency refuses', '{ childByIdNumber(idNumber: "1") { id } }', {}],
    ['the same beside what is answered', `{ childByIdNumber(idNumber: "1") { id } child(id: "${ID}") { id } }`, {}],
  ])('%s', async (_, text, variables) => {
    for (const accept of ['application/json', MODERN]) {
      const answer = await query(text, variables)({ accept });
      const body = (await answer.json()) as Record<string, unknown>;
      const codes = (body.errors as readonly { extensions: { code: string } }[]).map(
        ({ extensions }) => extensions.code,
      );
      expect([...new Set(codes)]).toEqual(['BAD_USER_INPUT']);
      expect(answer.status).toBe('data' in body ? 200 : 400);
    }
  });
});
