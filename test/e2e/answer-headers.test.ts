import { pino } from 'pino';
import { ANSWER_HEADERS } from '../../shared/protocol/answer-headers';
import { subgraphServer } from '../../shared/subgraph/subgraph-server';
import { rawConnection } from '../support/raw-connection';
import { startSystem, type TestSystem } from '../support/system';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const token = () => ({ authorization: `Bearer ${system.identityProvider.token('town-case-worker')}` });
const purpose = { 'access-purpose': 'RISK_ASSESSMENT' };
const QUERY = JSON.stringify({ query: '{ children(first: 1) { nodes { id } } }' });

const headersOf = ({ headers }: Response) =>
  Object.fromEntries(Object.keys(ANSWER_HEADERS).map((name) => [name, headers.get(name)]));

describe('every answer forbids caching and MIME sniffing', () => {
  test.each<[status: number, what: string, path: string, init: () => RequestInit]>([
    [
      200,
      'data',
      '/graphql',
      () => ({ method: 'POST', body: QUERY, headers: { ...JSON_TYPE, ...token(), ...purpose } }),
    ],
    [200, 'health', '/health', () => ({})],
    [200, 'readiness', '/ready', () => ({})],
    [400, 'no purpose', '/graphql', () => ({ method: 'POST', body: QUERY, headers: { ...JSON_TYPE, ...token() } })],
    [
      400,
      'no JSON',
      '/graphql',
      () => ({ method: 'POST', body: '{', headers: { ...JSON_TYPE, ...token(), ...purpose } }),
    ],
    [401, 'no token', '/graphql', () => ({ method: 'POST', body: QUERY, headers: JSON_TYPE })],
    [404, 'no such path', '/elsewhere', () => ({})],
    [404, 'a path that is none', '/%zz', () => ({})],
    [405, 'another method', '/graphql', () => ({ method: 'PUT' })],
    [415, 'another type', '/graphql', () => ({ method: 'POST', body: 'x', headers: { ...token(), ...purpose } })],
  ])('%i: %s', async (status, _what, path, init) => {
    const answer = await fetch(new URL(path, system.url), init());
    expect({ status: answer.status, ...headersOf(answer) }).toEqual({ status, ...ANSWER_HEADERS });
  });

  test('also without a parsed request', async () => {
    const connection = await rawConnection(Number(new URL(system.url).port));
    connection.socket.write('GARBAGE\r\n\r\n');
    const answer = await connection.closed;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    for (const [name, value] of Object.entries(ANSWER_HEADERS)) expect(answer).toContain(`${name}: ${value}\r\n`);
  });

  test('an agency’s', async () => {
    const app = subgraphServer(() => ({ subgraph: undefined, db: undefined }), pino({ level: 'silent' }));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    try {
      for (const path of ['/health', '/ready', '/graphql', '/elsewhere']) {
        expect(headersOf(await fetch(`${url}${path}`))).toEqual(ANSWER_HEADERS);
      }
    } finally {
      await app.close();
    }
  });
});
