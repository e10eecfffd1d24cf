import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEFAULT_AGENCY_LIMITS } from '../../gateway/agencies/agency-limits';
import { httpTransport } from '../../gateway/agencies/http-transport';
import { Deadline } from '../../gateway/request/deadline';
import type { Agency } from '../../shared/domain/agencies';
import type { Subgraph, SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { childIdOf, STORY } from '../support/databases';
import { startSystem, type TestSystem } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const QUERY = `query ($id: ID!) { child(id: $id) {
  identity { fullName } enrolment { school } pupil: attendance { month } lovingMother { name } } }`;

/** Sends the query while one agency uses the given handler. */
async function askWhile(agency: Agency, handle: Subgraph['handle']) {
  const undo = wrapAgency(system, agency, () => handle);
  try {
    return await system.ask(QUERY, { variables: { id: childIdOf(STORY.leftBehind) } });
  } finally {
    undo();
  }
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const SECRET = 'http://10.1.2.3:5432/secret-path';
const faults: Record<string, [Subgraph['handle'], string]> = {
  'cannot be reached': [() => Promise.reject(new Error(`connect ECONNREFUSED ${SECRET}`)), 'UNREACHABLE'],
  'refuses the context': [async () => ({ status: 401, body: { errors: [{ message: SECRET }] } }), 'REFUSED'],
  'answers 500 with a body': [
    async () => ({ status: 500, body: SECRET as unknown as SubgraphResponse['body'] }),
    'FAULTY_ANSWER',
  ],
  'answers without data': [async () => ({ status: 200, body: { errors: [{ message: SECRET }] } }), 'FAULTY_ANSWER'],
};

test.each(Object.keys(faults))(
  'if an agency %s, the other sections are answered, and each missing field has an error',
  async (name) => {
    const [handle, reason] = faults[name] ?? [];
    const { body, text } = await askWhile('education', handle as Subgraph['handle']);
    expect(body.data.child).toEqual({
      identity: { fullName: expect.any(String) },
      enrolment: null,
      pupil: [],
      lovingMother: { name: expect.any(String) },
    });
    expect(body.errors.map(({ extensions }: { extensions: unknown }) => extensions)).toEqual(
      ['Child.enrolment', 'Child.attendance'].map((coordinate) => ({
        code: 'AGENCY_UNAVAILABLE',
        agency: 'EDUCATION',
        reason,
        at: expect.stringMatching(INSTANT),
        coordinate,
      })),
    );
    const { at } = body.errors[0].extensions;
    expect(body.extensions.access.unavailable).toEqual([{ agency: 'EDUCATION', reason, at }]);
    expect(new Set(body.errors.map(({ extensions }: { extensions: { at: string } }) => extensions.at))).toEqual(
      new Set([at]),
    );
    expect(text).not.toMatch(/10\.1\.2\.3|secret|stack|serviceName/);
    expect(system.logged()).not.toMatch(/10\.1\.2\.3|secret/);
  },
);

test('without the governance centre no child is found, and the error names it', async () => {
  const { body } = await askWhile('governance-center', () => Promise.reject(new Error(SECRET)));
  expect(body.data).toEqual({ child: null });
  expect(body.errors).toEqual([
    expect.objectContaining({
      path: ['child'],
      extensions: {
        code: 'AGENCY_UNAVAILABLE',
        agency: 'GOVERNANCE_CENTER',
        reason: 'UNREACHABLE',
        at: expect.stringMatching(INSTANT),
        coordinate: 'Query.child',
      },
    }),
  ]);
});

/** An agency's access trace without children. */
const NOTHING = { looks: [], places: [] };

test('an agency’s internal error reaches the client without its message, stack and service name', async () => {
  const { body, text } = await askWhile('education', async () => ({
    status: 200,
    body: {
      data: { _entities: [{ enrolment: null, __as_pupil: [], __id: childIdOf(STORY.leftBehind) }] },
      errors: [
        {
          message: `duplicate key ${STORY.leftBehind} at ${SECRET}`,
          path: ['_entities', 0, 'enrolment'],
          extensions: { code: '23505', stacktrace: ['at x'], exception: {} },
        },
      ],
      extensions: { looks: NOTHING },
    },
  }));
  expect(body.errors).toEqual([
    {
      message: 'The request could not be answered.',
      path: ['child', 'enrolment'],
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    },
  ]);
  expect(text).not.toMatch(/duplicate|10\.1\.2\.3|23505|education"/);
});

test('names in an answer such as __proto__ are plain data', async () => {
  const evil = JSON.parse(
    '{"_entities":[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"enrolment":null,"__as_pupil":[]}]}',
  );
  await askWhile('education', async () => ({ status: 200, body: { data: evil, extensions: { looks: NOTHING } } }));
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('over HTTP, connections are reused, and a body that is not JSON is a fault', async () => {
  const sockets = new Set<unknown>();
  let answer = '{"data":{}}';
  const server = createServer((request, response) => {
    sockets.add(request.socket);
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = httpTransport(`http://127.0.0.1:${port}/graphql`, DEFAULT_AGENCY_LIMITS);
  const terms = { deadline: new Deadline(10_000), repeatable: false };
  try {
    for (let round = 0; round < 10; round += 1) {
      expect(await transport.send({ authorization: 'Bearer x', body: {} }, terms)).toEqual({
        status: 200,
        body: { data: {} },
      });
    }
    // Possibly a second one, if the first is not free yet.
    expect(sockets.size).toBeLessThanOrEqual(2);
    answer = '<html>';
    await expect(transport.send({ authorization: 'Bearer x', body: {} }, terms)).rejects.toThrow();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(transport.send({ authorization: 'Bearer x', body: {} }, terms)).rejects.toThrow();
  } finally {
    server.closeAllConnections();
    server.close();
    await transport.close();
  }
});
