import { createHmac, generateKeyPairSync } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import { childIdOf, STORY } from '../support/databases';
import { demoCaller } from '../support/identity-provider';
import { startSystem, type TestSystem, TRIAGE } from '../support/system';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());
beforeEach(() => system.forget());

const QUERY = JSON.stringify({ query: '{ children { totalCount } }' });
const PURPOSE = { 'access-purpose': 'RISK_ASSESSMENT' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The code of the only error of a reply without internals. */
function onlyCode({ body, text }: Awaited<ReturnType<TestSystem['post']>>): string {
  expect(body.errors).toHaveLength(1);
  expect(text).not.toMatch(/stack|node_modules|http:\/\/|serviceName|postgres|jsonwebtoken/i);
  return body.errors[0].extensions.code;
}

describe('a request without a valid token is refused with 401 and reaches no agency', () => {
  const caller = demoCaller('town-case-worker');
  const unsecured = () => {
    const now = Math.floor(Date.now() / 1000);
    const { issuer: iss, audience: aud } = system.identityProvider;
    return { ...caller, iss, aud, iat: now, exp: now + 300 };
  };
  const tokens: Record<string, () => Record<string, string>> = {
    'no token': () => ({}),
    'another scheme': () => ({ authorization: 'Basic dXNlcjpwYXNz' }),
    'no JSON web token': () => bearer('nonsense'),
    'a wrong signature': () =>
      bearer(
        system.identityProvider.token('town-case-worker', {
          key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
        }),
      ),
    'an unknown key': () => bearer(system.identityProvider.token('town-case-worker', { keyid: 'unknown' })),
    expired: () => bearer(system.identityProvider.token('town-case-worker', { expiresIn: -10 })),
    'not valid yet': () => bearer(system.identityProvider.token('town-case-worker', { notBefore: 60 })),
    'no expiry': () => {
      const { exp: _, ...claims } = unsecured();
      return bearer(sign(claims, system.identityProvider.privateKey, { algorithm: 'ES256', keyid: 'test' }));
    },
    'a wrong audience': () => bearer(system.identityProvider.token('town-case-worker', { audience: 'another' })),
    'a wrong issuer': () => bearer(system.identityProvider.token('town-case-worker', { issuer: 'another' })),
    'alg: none': () => bearer(`${base64url({ alg: 'none', typ: 'JWT', kid: 'test' })}.${base64url(unsecured())}.`),
    'HS256, signed with the public key': () => {
      const content = `${base64url({ alg: 'HS256', typ: 'JWT', kid: 'test' })}.${base64url(unsecured())}`;
      const signature = createHmac('sha256', system.identityProvider.publicKeyPem).update(content).digest('base64url');
      return bearer(`${content}.${signature}`);
    },
    'a content that is not JSON': () => bearer(`${base64url({ alg: 'ES256', typ: 'JWT', kid: 'test' })}.e30x.e30`),
    'a misspelt role': () => bearer(system.identityProvider.token({ ...caller, roles: ['case-wroker'] })),
    'an unknown agency': () => bearer(system.identityProvider.token({ ...caller, agency: 'post-office' })),
    'a malformed region': () => bearer(system.identityProvider.token({ ...caller, region: '99010' })),
    'no roles': () => bearer(system.identityProvider.token({ ...caller, roles: [] })),
  };

  test.each(Object.keys(tokens))('%s', async (name) => {
    const reply = await system.post(QUERY, { ...PURPOSE, ...tokens[name]?.() });
    expect(reply.status).toBe(401);
    expect(onlyCode(reply)).toBe('UNAUTHENTICATED');
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
    expect(system.subRequests).toEqual([]);
  });

  test('the log states the reason, with names of claims but no values', async () => {
    const odd = { ...caller, region: 'Zhengguoyun' };
    const { text, body } = await system.post(QUERY, { ...PURPOSE, ...bearer(system.identityProvider.token(odd)) });
    expect(body.errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'INVALID' });
    expect(text).not.toContain('region');
    expect(system.logged()).toContain('"token":"UNREADABLE_CLAIMS","claims":["region"]');
    expect(system.logged()).not.toContain('Zhengguoyun');
  });

  test('a hundred tokens with unknown keys do not delay a valid one', async () => {
    const made = Array.from({ length: 100 }, (_, index) =>
      system.post(QUERY, {
        ...PURPOSE,
        ...bearer(system.identityProvider.token('town-case-worker', { keyid: `made-up-${index}` })),
      }),
    );
    expect(new Set((await Promise.all(made)).map(({ status }) => status))).toEqual(new Set([401]));
    const reply = await system.post(QUERY, {
      ...PURPOSE,
      ...bearer(system.identityProvider.token('town-case-worker')),
    });
    expect(reply.status).toBe(200);
  });

  test('but the same request with a valid token is answered', async () => {
    const reply = await system.post(QUERY, {
      ...PURPOSE,
      ...bearer(system.identityProvider.token('town-case-worker')),
    });
    expect(reply.status).toBe(200);
    expect(reply.body.data.children.totalCount).toBeGreaterThan(0);
  });
});

describe('a request without a valid, complete purpose is refused with 400', () => {
  test.each([
    ['no purpose', {}, 'ACCESS_PURPOSE_REQUIRED'],
    ['a blank purpose', { 'access-purpose': '  ' }, 'ACCESS_PURPOSE_REQUIRED'],
    ['an unknown purpose', { 'access-purpose': 'CURIOSITY' }, 'ACCESS_PURPOSE_UNKNOWN'],
    ['two purposes', { 'access-purpose': 'VISIT,OWN_DUTY' }, 'ACCESS_PURPOSE_UNKNOWN'],
    ['a purpose in small letters', { 'access-purpose': 'visit' }, 'ACCESS_PURPOSE_UNKNOWN'],
    ['an emergency without a reason', { 'access-purpose': 'EMERGENCY' }, 'ACCESS_REASON_REQUIRED'],
    [
      'an emergency with a reason that is too short',
      { 'access-purpose': 'EMERGENCY', 'access-reason': encodeURIComponent('孩子走失急需联系人') },
      'ACCESS_REASON_REQUIRED',
    ],
    [
      'an emergency with a reason of spaces',
      { 'access-purpose': 'EMERGENCY', 'access-reason': '%20%20%20%20%20%20%20%20%20%20%20' },
      'ACCESS_REASON_REQUIRED',
    ],
    ['a case purpose without its case', { 'access-purpose': 'CASE_HANDLING' }, 'ACCESS_REFERENCE_REQUIRED'],
    [
      'a meeting purpose without its meeting',
      { 'access-purpose': 'JOINT_MEETING', 'access-reference': '' },
      'ACCESS_REFERENCE_REQUIRED',
    ],
    [
      'a case purpose with a meeting',
      { 'access-purpose': 'CASE_HANDLING', 'access-reference': 'meeting/1' },
      'ACCESS_REFERENCE_MALFORMED',
    ],
    [
      'a welfare purpose without task or assignment',
      { 'access-purpose': 'WELFARE_SERVICE' },
      'ACCESS_REFERENCE_REQUIRED',
    ],
    ['a visit without the list', { 'access-purpose': 'VISIT' }, 'ACCESS_REFERENCE_REQUIRED'],
    ['a visit by a case', { 'access-purpose': 'VISIT', 'access-reference': 'case/1' }, 'ACCESS_REFERENCE_MALFORMED'],
    [
      'a reference that is none',
      { 'access-purpose': 'CASE_HANDLING', 'access-reference': "case/1' or 1=1" },
      'ACCESS_REFERENCE_MALFORMED',
    ],
    [
      'a reference that looks like an ID number',
      { 'access-purpose': 'CASE_HANDLING', 'access-reference': `case/${STORY.leftBehind}` },
      'ACCESS_REFERENCE_MALFORMED',
    ],
  ])('%s', async (_, headers: Record<string, string>, code) => {
    const reply = await system.post(QUERY, {
      ...headers,
      ...bearer(system.identityProvider.token('town-case-worker')),
    });
    expect(reply.status).toBe(400);
    expect(onlyCode(reply)).toBe(code);
    expect(system.subRequests).toEqual([]);
  });
});

describe('an invalid ID number is refused with BAD_USER_INPUT, which does not repeat it', () => {
  test.each([
    ['too short', '9901012013051700', 'LENGTH'],
    ['too long', '99010120130517002XX', 'LENGTH'],
    ['empty', '', 'LENGTH'],
    ['letters', '99010120130517ABCD', 'CHARACTERS'],
    ['an impossible date', '990101201302300024', 'BIRTH_DATE'],
    ['a wrong check digit', '990101201305170021', 'CHECK_DIGIT'],
  ])('%s', async (_, idNumber, fault) => {
    const reply = await system.ask('query ($idNumber: String!) { childByIdNumber(idNumber: $idNumber) { id } }', {
      ...TRIAGE,
      variables: { idNumber },
    });
    expect(onlyCode(reply)).toBe('BAD_USER_INPUT');
    expect(reply.body.errors[0].extensions.fault).toBe(fault);
    expect(reply.body.data).toEqual({ childByIdNumber: null });
    if (idNumber !== '') expect(reply.text).not.toContain(idNumber);
  });
});

describe('no ID number gets into an error or the log, wherever the client put it', () => {
  const number = STORY.leftBehind;
  const digits = number.slice(0, 17);
  test.each<[string, string, Record<string, unknown> | undefined]>([
    ['a number instead of a string', `{ childByIdNumber(idNumber: ${digits}) { id } }`, undefined],
    ['an enum instead of a string', `{ childByIdNumber(idNumber: N${number}) { id } }`, undefined],
    ['a variable of the wrong type', 'query ($n: String!) { childByIdNumber(idNumber: $n) { id } }', { n: { number } }],
    ['a list in a variable', 'query ($n: String!) { childByIdNumber(idNumber: $n) { id } }', { n: [number] }],
    ['an unknown argument', `{ childByIdNumber(n${number}: 1) { id } }`, undefined],
    ['an unknown field', `{ n${number} }`, undefined],
    ['an alias of an unknown field', `{ n${number}: nothing }`, undefined],
    ['a fragment', `{ ...F${number} }`, undefined],
    ['an operation name', `query Q${number} { nothing }`, undefined],
    ['an unfinished string', `{ childByIdNumber(idNumber: "${number}`, undefined],
    ['an unexpected name', `{ childByIdNumber(idNumber "${number}") { id } }`, undefined],
    ['an alias of a valid field', `{ n${number}: children { totalCount } }`, undefined],
    ['an alias of a field that is refused', `{ n${number}: childByIdNumber(idNumber: "1") { id } }`, undefined],
    [
      'an alias of a field that fails',
      `{ n${number}: cases(filter: { region: "\\u0000" }) { totalCount } }`,
      undefined,
    ],
    [
      'a variable that is missing',
      `query ($n${number}: String!) { childByIdNumber(idNumber: $n${number}) { id } }`,
      undefined,
    ],
    ['a filter', `{ children(filter: { region: "${number}" }) { totalCount } }`, undefined],
    ['a cursor', `{ children(after: "${number}") { totalCount } }`, undefined],
    ['a page size', `{ children(first: ${digits}) { totalCount } }`, undefined],
    ['an id', `{ case(id: "${number}") { id } clue(id: "${number}") { id } child(id: "${number}") { id } }`, undefined],
    ['a date', `{ jointMeetings(filter: { from: "${number}" }) { totalCount } }`, undefined],
  ])('%s', async (_, query, variables) => {
    const reply = await system.ask(query, { ...TRIAGE, ...(variables && { variables }) });
    expect(JSON.stringify(reply.body.errors ?? [])).not.toContain(digits);
    expect(JSON.stringify(reply.body.extensions ?? {})).not.toContain(digits);
    expect(system.logged()).not.toContain(digits);
  });

  test('a valid lookup, in a header of the request and in its answer', async () => {
    const { body } = await system.post(
      JSON.stringify({ query: `{ childByIdNumber(idNumber: "${number}") { identity { idNumber fullName } } }` }),
      {
        'access-purpose': 'OWN_DUTY',
        'access-reason': `${number} 林小溪`.replace(/[^\d ]/g, encodeURIComponent),
        ...bearer(system.identityProvider.token('police-officer')),
        'x-request-id': number,
        'user-agent': number,
      },
    );
    const { identity } = body.data.childByIdNumber;
    expect(identity.idNumber).toBe(number);
    expect(system.logged()).toContain('"purpose":"OWN_DUTY"');
    expect(system.logged()).not.toContain(digits);
    expect(system.logged()).not.toContain(identity.fullName);
  });

  test('a URL: operations by GET are refused, and their URL is not logged', async () => {
    const url = `${system.url}?query=${encodeURIComponent(`{childByIdNumber(idNumber:"${number}"){id}}`)}`;
    const response = await fetch(url, {
      headers: { ...PURPOSE, ...bearer(system.identityProvider.token('town-case-worker')) },
    });
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
    expect(system.logged()).not.toContain(digits);
  });
});

test.each(['/%zz', '%', '?query=%'])('an invalid URL (%s) is not repeated', async (suffix) => {
  const response = await fetch(system.url.replace('/graphql', `/${STORY.leftBehind}${suffix}`));
  const text = await response.text();
  expect(response.status).toBe(404);
  expect(JSON.parse(text).errors[0].extensions.code).toBe('NOT_FOUND');
  expect(text).not.toContain(STORY.leftBehind.slice(0, 17));
  expect(system.logged()).not.toContain(STORY.leftBehind.slice(0, 17));
});

test('the log has the codes of refusals, before and during execution', async () => {
  await system.post(QUERY, {});
  await system.ask('{ nothing }');
  await system.ask('{ children { totalCount } }', { as: 'auditor' });
  for (const code of ['UNAUTHENTICATED', 'GRAPHQL_VALIDATION_FAILED', 'UNAUTHORIZED_FIELD_OR_TYPE']) {
    expect(system.logged()).toContain(`"codes":["${code}"]`);
  }
});

describe('an invalid body or operation is refused with a code, before any agency is asked', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    system.post(body, { ...PURPOSE, ...bearer(system.identityProvider.token('county-case-worker')), ...headers });
  const nested = (depth: number) =>
    `{ cases { nodes ${'{ children { cases '.repeat(depth)}{ id }${' } }'.repeat(depth)} } }`;

  test.each<[string, number, string, () => ReturnType<typeof post>]>([
    ['malformed JSON', 400, 'BAD_REQUEST', () => post('{ "query": ')],
    ['JSON that is no object', 400, 'BAD_REQUEST', () => post('"query"')],
    ['no query', 400, 'BAD_REQUEST', () => post('{}')],
    ['a batch', 400, 'BAD_REQUEST', () => post(`[${QUERY},${QUERY}]`)],
    ['an empty body', 400, 'BAD_REQUEST', () => post('')],
    ['another media type', 415, 'UNSUPPORTED_MEDIA_TYPE', () => post(QUERY, { 'content-type': 'text/plain' })],
    [
      'a query of 1 MB',
      413,
      'REQUEST_TOO_LARGE',
      () => post(JSON.stringify({ query: `{ children { totalCount } } # ${'x'.repeat(1_000_000)}` })),
    ],
    [
      'a query of 100,000 tokens',
      400,
      'OPERATION_TOO_LONG',
      () => post(JSON.stringify({ query: `{ ${'a '.repeat(100_000)} }` })),
    ],
    ['a deeply nested query', 400, 'OPERATION_TOO_DEEP', () => post(JSON.stringify({ query: nested(20) }))],
    [
      'a query nested through fragments',
      400,
      'OPERATION_TOO_DEEP',
      () =>
        post(
          JSON.stringify({
            query: `{ cases { nodes { ...F0 } } } ${Array.from({ length: 20 }, (_, n) => `fragment F${n} on Case { children { cases { ...F${n + 1} } } }`).join(' ')} fragment F20 on Case { id }`,
          }),
        ),
    ],
    ['300 levels', 400, 'OPERATION_TOO_DEEP', () => post(JSON.stringify({ query: nested(150) }))],
    [
      'fragments within fragments',
      400,
      'OPERATION_TOO_WIDE',
      () => {
        const spreads = (level: number) =>
          Array.from({ length: 7 }, (_, index) => `a${index}: children { nodes { ...F${level} } }`);
        const cases = (level: number) =>
          Array.from({ length: 7 }, (_, index) => `c${index}: cases { ...F${level} }`).join(' ');
        const fragments = Array.from(
          { length: 5 },
          (_, level) =>
            `fragment F${level} on ${level % 2 ? 'Case' : 'Child'} { ${level % 2 ? Array.from({ length: 7 }, (_, index) => `k${index}: children { ...F${level + 1} }`).join(' ') : cases(level + 1)} }`,
        );
        return post(
          JSON.stringify({ query: `{ ${spreads(0).join(' ')} } ${fragments.join(' ')} fragment F5 on Case { id }` }),
        );
      },
    ],
    [
      '21 fields at the root',
      400,
      'OPERATION_TOO_WIDE',
      () =>
        post(
          JSON.stringify({
            query: `{ ${Array.from({ length: 21 }, (_, index) => `a${index}: childByIdNumber(idNumber: "1") { id }`).join(' ')} }`,
          }),
        ),
    ],
    ['a syntax error', 400, 'GRAPHQL_PARSE_FAILED', () => post(JSON.stringify({ query: '{ children(' }))],
    [
      'an unknown field',
      400,
      'GRAPHQL_VALIDATION_FAILED',
      () => post(JSON.stringify({ query: '{ children { nothing } }' })),
    ],
    ['a mutation', 400, 'GRAPHQL_VALIDATION_FAILED', () => post(JSON.stringify({ query: 'mutation { nothing }' }))],
    [
      'two operations without a name',
      400,
      'OPERATION_RESOLUTION_FAILURE',
      () => post(JSON.stringify({ query: 'query A { __typename } query B { __typename }' })),
    ],
    [
      'an unknown address',
      404,
      'NOT_FOUND',
      async () => {
        const response = await fetch(system.url.replace('/graphql', `/children/${STORY.leftBehind}`));
        const text = await response.text();
        return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
      },
    ],
  ])('%s', async (_, status, code, send) => {
    const reply = await send();
    expect({ status: reply.status, code: onlyCode(reply) }).toEqual({ status, code });
    expect(system.subRequests).toEqual([]);
  });

  test.each([3_000, 50_000])('%i opening braces are refused by one of the parser’s limits', async (count) => {
    const reply = await post(JSON.stringify({ query: '{a'.repeat(count) }));
    expect(reply.status).toBe(400);
    expect(['OPERATION_TOO_LONG', 'OPERATION_TOO_DEEP', 'GRAPHQL_PARSE_FAILED']).toContain(onlyCode(reply));
  });

  test.each([
    ['first: 0', 'first'],
    ['first: 201', 'first'],
    ['first: -1', 'first'],
    ['filter: { region: "99010" }', 'region'],
    ['after: "nonsense"', 'cursor'],
    [`after: "${Buffer.from('["x","y"]').toString('base64url')}"`, 'cursor'],
    [
      `after: "${Buffer.from('["2026-11-01 08:00:00+00","00000000-0000-8000-8000-000000000000"]').toString('base64url')}"`,
      'cursor',
    ],
  ])('children(%s) is BAD_USER_INPUT', async (argument, word) => {
    const reply = await system.ask(`{ children(${argument}) { totalCount } }`);
    expect(onlyCode(reply)).toBe('BAD_USER_INPUT');
    expect(reply.body.errors[0].message).toContain(word);
  });

  test.each([
    ['cases(after: "WyIyMDI2IiwieCJd") { totalCount }', 'a cursor of no date'],
    [
      `cases(after: "${Buffer.from('["2026-02-31 00:00:00+00","00000000-0000-8000-8000-000000000000"]').toString('base64url')}") { totalCount }`,
      'a cursor of no day',
    ],
    ['cases(filter: { region: "\\u0000" }) { totalCount }', 'a character that text cannot hold'],
    ['jointMeetings(filter: { from: "x" }) { totalCount }', 'no time'],
    ['jointMeetings(filter: { from: "2026-02-30T00:00:00Z" }) { totalCount }', 'no day'],
    ['jointMeetings(filter: { from: "+200000-01-01T00:00:00Z" }) { totalCount }', 'no year'],
    ['jointMeetings(filter: { from: "0000-01-01T00:00:00Z" }) { totalCount }', 'the year zero'],
  ])('%s is BAD_USER_INPUT: %s', async (field) => {
    expect(onlyCode(await system.ask(`{ ${field} }`, { as: 'county-case-worker' }))).toBe('BAD_USER_INPUT');
  });

  test('an invalid time in a variable is BAD_USER_INPUT', async () => {
    const reply = await system.ask(
      'query ($from: DateTime) { jointMeetings(filter: { from: $from }) { totalCount } }',
      {
        variables: { from: '99999-13-45T00:00:00Z' },
      },
    );
    expect(onlyCode(reply)).toBe('BAD_USER_INPUT');
  });

  test('a persisted query is refused with the standard message', async () => {
    const reply = await post(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: '99' } } }));
    expect(reply.body.errors[0]).toMatchObject({
      message: 'PersistedQueryNotSupported',
      extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
    });
  });

  test('attendance over no months is BAD_USER_INPUT, and the rest of the record is answered', async () => {
    const reply = await system.ask(
      `{ child(id: "${childIdOf(STORY.leftBehind)}") { lovingMother { name } attendance(months: 0) { month } } }`,
    );
    expect(reply.body.errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code)).toContain(
      'BAD_USER_INPUT',
    );
  });
});

describe('only developers may read the schema', () => {
  test.each([
    '{ __schema { queryType { name } } }',
    '{ __type(name: "Child") { name } }',
    '{ ...F } fragment F on Query { __schema { queryType { name } } }',
  ])('%s', async (query) => {
    const refused = await system.ask(query);
    expect(refused.status).toBe(403);
    expect(onlyCode(refused)).toBe('INTROSPECTION_REFUSED');
    const open = await system.ask(query, { as: 'education-developer', purpose: 'OWN_DUTY' });
    expect(open.body.errors).toBeUndefined();
    // Again: caches filled by the developer's request must not open it to others.
    expect(onlyCode(await system.ask(query))).toBe('INTROSPECTION_REFUSED');
  });

  test.each([
    ['{ childByIdNumbr(idNumber: "1") { id } }', /did you mean|childByIdNumber/i],
    ['{ childByIdNumber { id } }', /idNumber|String/],
    ['{ childByIdNumber(idNumber: "1") }', /Child"/],
    ['{ childByIdNumber(idNumber: "1") { nothing } }', /Child"/],
    ['{ child(idd: "1") { id } }', /Query/],
  ])('the error of %s contains no name that the client did not send', async (query, names) => {
    const { text } = await system.ask(query);
    expect(text).not.toMatch(names);
  });

  test('neither a query plan nor a trace is available', async () => {
    const { body } = await system.post(QUERY, {
      ...PURPOSE,
      ...bearer(system.identityProvider.token('town-case-worker')),
      'apollo-query-plan-experimental': '1',
      'apollo-federation-include-trace': 'ftv1',
    });
    expect(Object.keys(body.extensions)).toEqual(['access']);
  });
});

test.each(['skip', 'include'])('a null as the condition of @%s is refused with 400', async (directive) => {
  const { status, body } = await system.ask(
    `query ($v: Boolean = true) { children(first: 1) { totalCount @${directive}(if: $v) pageInfo { hasNextPage } } }`,
    { variables: { v: null } },
  );
  expect(status).toBe(400);
  expect(body.errors).toEqual([expect.objectContaining({ extensions: { argument: 'if', code: 'BAD_USER_INPUT' } })]);
});
