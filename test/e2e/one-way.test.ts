import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { PlanningWorker } from '../../gateway/federation/planning/planning-worker';
import { PROJECT } from '../../shared/config/project-root';
import { childIdOf, STORY } from '../support/databases';
import { type AskOptions, type Reply, startSystem, type TestSystem } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

const ID = childIdOf(STORY.leftBehind);
const operation = (name: string) => readFileSync(join(PROJECT, `examples/${name}.graphql`), 'utf8');

let system: TestSystem;
let rejecting: TestSystem;
beforeAll(async () => {
  system = await startSystem();
  rejecting = await startSystem({ accessMode: 'reject' });
});
afterAll(() => Promise.all([system.close(), rejecting.close()]));
afterEach(() => jest.restoreAllMocks());

/** An answer without headers that always differ. */
function shown({ status, headers, text }: Reply) {
  const { date: _date, 'x-request-id': _id, ...rest } = Object.fromEntries(headers.entries());
  return { status, headers: rest, text };
}

/** Sends a query twice; the first prepares the document. @returns whether Apollo Server answered both. */
async function twice(query: string, options: AskOptions = {}, asked = system) {
  const apollo = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  const first = await asked.ask(query, options);
  const second = await asked.ask(query, options);
  return { first: shown(first), second: shown(second), byApollo: apollo.mock.calls.length === 2, body: second.body };
}

const operations: [string, string, AskOptions][] = [
  ['a record', operation('record'), { variables: { id: ID } }],
  ['fields that are refused', `{ child(id: "${ID}") { id bullyingReports { role } } }`, {}],
  ['fields that are masked', `{ child(id: "${ID}") { identity { fullName idNumber } } }`, {}],
  ['nothing but what is refused', `{ child(id: "${ID}") { bullyingReports { role } } }`, {}],
  ['one of two operations', `query A { me: __typename } query B { child(id: "${ID}") { id } }`, { operationName: 'B' }],
  [
    'a condition',
    'query ($id: ID!, $with: Boolean!) { child(id: $id) { id identity @include(if: $with) { age } } }',
    {
      variables: { id: ID, with: true },
    },
  ],
];

test.each(operations)('%s: is answered again in the same way, through Apollo Server', async (_, query, options) => {
  const { first, second, byApollo } = await twice(query, options);
  expect(byApollo).toBe(true);
  expect(second).toEqual(first);
});

test('a refusal of the whole operation goes the same way', async () => {
  const query = `{ child(id: "${ID}") { id bullyingReports { role } } }`;
  const { first, second, byApollo } = await twice(query, {}, rejecting);
  expect(byApollo).toBe(true);
  expect(second).toEqual(first);
  expect(second.status).toBe(403);
});

const refused: [string, string, AskOptions][] = [
  ['a text that is no GraphQL', '{', {}],
  ['introspection', '{ __schema { queryType { name } } }', { as: 'education-developer', purpose: 'OWN_DUTY' }],
  ['introspection by whoever may not', '{ __type(name: "Child") { name } }', {}],
  ['variables that do not fit', 'query ($id: ID!) { child(id: $id) { id } }', { variables: { id: { no: 'id' } } }],
  ['variables that are missing', 'query ($id: ID!) { child(id: $id) { id } }', {}],
  [
    'a condition that is null',
    'query ($with: Boolean = true) { me: __typename @include(if: $with) }',
    {
      variables: { with: null },
    },
  ],
  ['an operation that is not there', 'query A { me: __typename }', { operationName: 'B' }],
  ['an argument that its agency refuses', '{ childByIdNumber(idNumber: "1") { id } }', {}],
];

test.each(refused)('%s: is refused again in the same way, through Apollo Server', async (_, query, options) => {
  const { first, second, byApollo } = await twice(query, options);
  expect(byApollo).toBe(true);
  expect(second).toEqual(first);
});

test('an invalid operation is validated once, and answered as Apollo Server would', async () => {
  const validated = jest.spyOn(PlanningWorker.prototype, 'run');
  const query = '{ nonsense\n child(id: 5, idd: "赵小明") { id identity } }';
  const { first, second, byApollo } = await twice(query);
  expect({ byApollo, tasks: validated.mock.calls.length }).toEqual({ byApollo: false, tasks: 1 });
  expect(second).toEqual(first);
  const codes = { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
  const errors = [
    { message: 'Cannot query field "nonsense".', locations: [{ line: 1, column: 3 }], ...codes },
    { message: 'Unknown argument "idd".', locations: [{ line: 2, column: 15 }], ...codes },
    { message: 'The operation does not fit the schema.', locations: [{ line: 2, column: 32 }], ...codes },
  ];
  expect(second).toMatchObject({ status: 400, text: `${JSON.stringify({ errors })}\n` });
  expect(second.headers['content-type']).toBe('application/json; charset=utf-8');
});

test('an agency that answers with an error is asked once', async () => {
  const query = `{ child(id: "${ID}") { id enrolment { school } lovingMother { name } } }`;
  await system.ask(query);
  let asked = 0;
  const undo = wrapAgency(system, 'education', () => async () => {
    asked += 1;
    return { status: 500, body: {} };
  });
  try {
    const { body } = await system.ask(query);
    expect(body.data.child).toMatchObject({ enrolment: null, lovingMother: expect.anything() });
    expect(body.errors).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'AGENCY_UNAVAILABLE' }) }),
    ]);
    expect(asked).toBe(1);
  } finally {
    undo();
  }
});

test('mutations go the same way', async () => {
  const apollo = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  const mutation = 'mutation ($input: ReportClueInput!) { reportClue(input: $input) { receiptNumber } }';
  await system.ask(mutation, { variables: { input: {} } });
  await system.ask(mutation, { variables: { input: {} } });
  expect(apollo).toHaveBeenCalledTimes(2);
});

test('a text is validated once, whoever sends it and for whichever purpose', async () => {
  const tasks = jest.spyOn(PlanningWorker.prototype, 'run');
  const query = `{ onlyHere: child(id: "${ID}") { id risk { level } } }`;
  for (const options of [
    {},
    { as: 'county-case-worker' },
    { as: 'education-developer', purpose: 'OWN_DUTY' },
  ] as const) {
    await system.ask(query, options);
  }
  expect(tasks.mock.calls.filter(([{ kind }]) => kind === 'validate')).toHaveLength(1);
});

test('a mutation that is refused before it runs is not recorded as begun', async () => {
  const mutation =
    'mutation ($input: ReportClueInput!, $with: Boolean = true) { reportClue(input: $input) { receiptNumber @include(if: $with) } }';
  const { body, headers } = await system.ask(mutation, { variables: { input: {}, with: null } });
  expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  const entries = await system.entries(headers.get('x-request-id'));
  expect(entries.map(({ stage }) => stage)).toEqual(['ended']);
});
