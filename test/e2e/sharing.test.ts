import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { InFlightFetches } from '../../gateway/request/in-flight-fetches';
import { AGENCIES } from '../../shared/domain/agencies';
import { SEED } from '../support/choices';
import { childIdOf, STORY } from '../support/databases';
import { FULL_CHILD } from '../support/full-child';
import { LEFT_BEHIND_ASSESSMENT, visitsOf } from '../support/references';
import { type AskOptions, as, startSystem, type TestSystem } from '../support/system';
import { ASKERS, type ReferenceName } from '../support/worlds/askers';
import { wrapAgency } from '../support/wrap-agency';

// Many simultaneous callers, each with the answer that they would get alone. One request does not fetch the same twice.

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
  // The order of answers is random.
  for (const agency of AGENCIES) {
    wrapAgency(system, agency, (handle) => async (request) => {
      const answer = await handle(request);
      await sleep(Math.random() * 5);
      return answer;
    });
  }
});
afterAll(() => system.close());

const REFERENCES: Partial<Record<ReferenceName, string>> = {
  'its-case': `case/${FULL_CHILD.case.id}`,
  'regular-meeting': `meeting/${FULL_CHILD.meetings.regular.id}`,
  'case-conference': `meeting/${FULL_CHILD.meetings.conference.id}`,
  'town-assessment': LEFT_BEHIND_ASSESSMENT,
  'town-visits': visitsOf('town-case-worker'),
  'village-visits': visitsOf('child-director'),
};

/** Each reads a record without changing data, so without emergency access, whose uses are stored. */
const WHO: readonly AskOptions[] = ASKERS.flatMap(({ caller, purpose, reference }) => {
  const named = reference && REFERENCES[reference];
  if (purpose === 'EMERGENCY' || (reference !== undefined && named === undefined)) return [];
  return [{ as: caller, purpose, ...(named && { reference: named }) }];
});

const SECTIONS = [
  'region { name }',
  'risk { level basis confirmedBy }',
  'identity { fullName idNumber birthDate }',
  'household { address members { name } }',
  'policeIncidents { type }',
  'welfare { categories reason }',
  'enrolment { school studentNumber }',
  'months: attendance(months: 2) { month absentDays }',
  'bullyingReports { role measure }',
  'protectionOrders { kind }',
  'victimSupport { needs }',
  'familyComplaints { handling reporter }',
  'lovingMother { name }',
  'cases { number }',
] as const;

const WAYS = [
  'child(id: $id)',
  'again: child(id: $id)',
  'childByIdNumber(idNumber: $idNumber)',
  'children(first: 4)',
  `case(id: "${FULL_CHILD.case.id}")`,
] as const;

const CHILDREN = [FULL_CHILD.idNumber, ...Object.values(STORY)];

const operation = fc
  .record({
    name: fc.constantFrom('', 'Record'),
    ways: fc.subarray([...WAYS], { minLength: 1, maxLength: 3 }),
    sections: fc.subarray([...SECTIONS], { minLength: 1, maxLength: 6 }),
  })
  .map(({ name, ways, sections }) => {
    const roots = ways.map((way) => {
      const fields = sections.join(' ');
      if (way.startsWith('children')) return `${way} { totalCount nodes { id ${fields} } }`;
      return way.startsWith('case') ? `${way} { children { ${fields} } }` : `${way} { ${fields} }`;
    });
    const variables = ['$id: ID!', '$idNumber: String!'].filter((one) =>
      roots.some((root) => new RegExp(`\\${one.split(':')[0]}\\b`).test(root)),
    );
    return `query ${name} ${variables.length > 0 ? `(${variables.join(', ')})` : ''} { ${roots.join(' ')} }`;
  });

/** A few operations and children, so many requests are equal. */
const crowd = fc
  .record({
    operations: fc.array(operation, { minLength: 1, maxLength: 4 }),
    children: fc.array(fc.constantFrom(...CHILDREN), { minLength: 1, maxLength: 2 }),
  })
  .chain(({ operations, children }) =>
    fc.array(
      fc.record({
        query: fc.constantFrom(...operations),
        idNumber: fc.constantFrom(...children),
        who: fc.constantFrom(...WHO),
      }),
      { minLength: 12, maxLength: 24 },
    ),
  );

const RUNS = 12;

test('each of many simultaneous callers is answered as if nobody else had asked', async () => {
  process.stdout.write(`Answers of ${RUNS} crowds are compared; SEED=${SEED}\n`);
  let answered = 0;
  const alone = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(crowd, async (asking) => {
      const ask = ({ query, idNumber, who }: (typeof asking)[number]) => {
        const variables = {
          ...(query.includes('$id:') && { id: childIdOf(idNumber) }),
          ...(query.includes('$idNumber') && { idNumber }),
        };
        return system.ask(query, { ...who, variables }).then(({ status, text }) => `${status} ${text}`);
      };
      const expected: string[] = [];
      for (const one of asking) {
        const key = JSON.stringify(one);
        const answer = alone.get(key) ?? (await ask(one));
        alone.set(key, answer);
        expected.push(answer);
      }
      const together = await Promise.all(asking.map(ask));
      expect(together).toEqual(expected);
      answered += together.filter((text) => text.startsWith('200 ')).length;
      expect(together.join()).not.toMatch(/AGENCY_UNAVAILABLE|INTERNAL_SERVER_ERROR|BAD_USER_INPUT/);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(answered).toBeGreaterThan(RUNS * 6);
});

const CHILD = childIdOf(STORY.leftBehind);
const OTHER = childIdOf(STORY.unsupported);
const ON_DUTY = as('education-officer', 'OWN_DUTY');
const ENROLMENT = '{ enrolment { school } }';
const asked = () => system.subRequests.filter(({ agency }) => agency === 'education').length;

test.each([
  ['', CHILD, 1],
  ['Twice', CHILD, 1],
  ['', OTHER, 2],
])('query %s: one request fetches the same child’s section once, by whichever paths', async (name, second, times) => {
  system.forget();
  const { body, headers } = await system.ask(
    `query ${name} { a: child(id: "${CHILD}") ${ENROLMENT} b: child(id: "${second}") ${ENROLMENT} }`,
    ON_DUTY,
  );
  const { body: alone } = await system.ask(`{ child(id: "${second}") ${ENROLMENT} }`, ON_DUTY);
  expect(body.data.a.enrolment).toEqual({ school: expect.any(String) });
  expect(body.data.b).toEqual(alone.data.child);
  expect(asked() - 1).toBe(times);
  const [entry] = await system.entries(headers.get('x-request-id'));
  expect(entry?.looks).toContainEqual(expect.objectContaining({ dataClass: 'education.schooling', children: 'all' }));
});

test('two requests share nothing, not even of the same caller: each reaches the agency with its own id', async () => {
  system.forget();
  const replies = await Promise.all([1, 2, 3].map(() => system.ask(`{ child(id: "${CHILD}") ${ENROLMENT} }`, ON_DUTY)));
  const ids = system.subRequests.filter(({ agency }) => agency === 'education').map(({ request }) => request.requestId);
  expect(ids.sort()).toEqual(replies.map(({ headers }) => headers.get('x-request-id')).sort());
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
});

describe('a shared fetch', () => {
  const answer = () => ({ status: 200, body: { data: { _entities: [{ school: 'x' }] } } });

  test('gives each caller its own copy, and is sent again once answered', async () => {
    const fetches = new InFlightFetches();
    let sent = 0;
    const once = () =>
      fetches.once('education', '{ a }', { id: 1 }, async () => {
        sent += 1;
        await sleep(5);
        return answer();
      });
    const [one, other, third] = await Promise.all([once(), once(), once()]);
    expect(sent).toBe(1);
    Object.assign(one.body.data ?? {}, { _entities: [] });
    Object.assign((other.body.data as { _entities: object[] })._entities[0] ?? {}, { school: 'changed' });
    expect(third).toEqual(answer());
    await once();
    expect(sent).toBe(2);
  });

  test('needs the same agency and operation, and its fault reaches every sharer', async () => {
    const fetches = new InFlightFetches();
    const sent: string[] = [];
    const fault = new Error('down');
    const once = (agency: 'education' | 'procuratorate', text: string, variables: object) =>
      fetches
        .once(agency, text, variables, async () => {
          sent.push(`${agency} ${text} ${JSON.stringify(variables)}`);
          await sleep(5);
          throw fault;
        })
        .catch((error) => error);
    const faults = await Promise.all([
      once('education', '{ a }', { id: 1 }),
      once('education', '{ a }', { id: 1 }),
      once('education', '{ a }', { id: 2 }),
      once('education', '{ b }', { id: 1 }),
      once('procuratorate', '{ a }', { id: 1 }),
    ]);
    expect(new Set(faults)).toEqual(new Set([fault]));
    expect(sent).toEqual([
      'education { a } {"id":1}',
      'education { a } {"id":2}',
      'education { b } {"id":1}',
      'procuratorate { a } {"id":1}',
    ]);
  });
});
