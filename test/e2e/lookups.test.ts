import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unreviewedPractices } from '../../developer-kit/simulate/unreviewed-practices';
import { checkDigit } from '../../shared/domain/id-number';
import { STORY } from '../support/databases';
import { FULL_CHILD } from '../support/full-child';
import { type AskOptions, type Reply, startSystem, type TestSystem } from '../support/system';

// A masked number, birth date and sex leave 500 candidates: trying them must be impossible, and the counter must not
// reveal whom it counts.

const PER_DAY = 5;
const FIND = 'query Find($number: String!) { childByIdNumber(idNumber: $number) { id } }';

let directory: string;
let system: TestSystem;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lookups-'));
  const file = await unreviewedPractices(directory);
  const practices = await readFile(file, 'utf8');
  await writeFile(file, practices.replaceAll(/misses: \d+/g, `misses: ${PER_DAY}`));
  system = await startSystem({
    environment: {
      PRACTICES_FILE: file,
      CALLER_LOOKUPS_PER_MINUTE: '12',
      CALLER_MISSED_LOOKUPS_PER_MINUTE: '100',
      CALLER_MISSED_LOOKUPS_PER_DAY: '3',
    },
  });
});
afterAll(async () => {
  await system?.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => system.forget());

/** An unused number with the region and birth date of a story child. */
function nobody(index: number): string {
  const first17 = `${STORY.nobody.slice(0, 14)}${String(900 + index)}`;
  return `${first17}${checkDigit(first17)}`;
}

const find = (number: string, options: AskOptions = {}) => system.ask(FIND, { ...options, variables: { number } });

const entryOf = async ({ headers }: Reply) => (await system.entries(headers.get('x-request-id')))[0];

test.each([
  ['under aliases', '{ a: childByIdNumber(idNumber: "1") { id } b: childByIdNumber(idNumber: "2") { id } }', {}],
  [
    'in fragments',
    '{ ...A ...B } fragment A on Query { a: childByIdNumber(idNumber: "1") { id } } fragment B on Query { b: childByIdNumber(idNumber: "2") { id } }',
    {},
  ],
  [
    'by a condition that holds',
    'query ($yes: Boolean = true) { a: childByIdNumber(idNumber: "1") { id } ...@include(if: $yes) { b: childByIdNumber(idNumber: "2") { id } } }',
    {},
  ],
])('several lookups in one request are refused before any agency is asked: %s', async (_, query, variables) => {
  const reply = await system.ask(query, { variables, as: 'county-case-worker' });
  expect([reply.status, reply.body.errors[0].extensions.code]).toEqual([400, 'ONE_LOOKUP_PER_REQUEST']);
  expect(system.subRequests).toEqual([]);
});

test('one lookup is answered beside others that conditions exclude', async () => {
  const query = `query ($no: Boolean = false) { a: childByIdNumber(idNumber: "${FULL_CHILD.idNumber}") { id }
    b: childByIdNumber(idNumber: "${STORY.leftBehind}") @include(if: $no) { id } }`;
  const reply = await system.ask(query, { as: 'county-case-worker' });
  expect(reply.body.data).toEqual({ a: expect.objectContaining({ id: expect.any(String) }) });
});

test('misses are counted by the answer: a child of another county counts like one who does not exist, up to the limit', async () => {
  const used: (readonly [string, string])[] = [
    ['town-case-worker', 'RISK_ASSESSMENT'],
    ['civil-affairs-officer', 'OWN_DUTY'],
  ];
  const [unknown, hidden] = await Promise.all(
    used.map(async ([as, purpose], index) => {
      const seen: unknown[] = [];
      for (let count = 0; count < PER_DAY + 2; count += 1) {
        // One caller looks up unused numbers, the other a child of the neighbouring county; successful lookups in
        // between do not count.
        const number = index === 0 ? nobody(count) : STORY.neighbour;
        if (count === 1)
          expect((await find(STORY.leftBehind, { as, purpose })).body.data.childByIdNumber).not.toBeNull();
        const reply = await find(number, { as, purpose });
        const { errors = [], data, extensions } = reply.body;
        const [error] = errors;
        if (error?.extensions.retryAfter) error.extensions.retryAfter = 'later';
        const entry = await entryOf(reply);
        seen.push({
          status: reply.status,
          data,
          errors,
          access: { ...extensions?.access, purpose: '' },
          lookups: entry?.lookups && { ...entry.lookups, missed: entry.lookups.missed.length },
          looks: entry?.looks.map(({ dataClass, answer }) => `${dataClass} ${answer}`),
          children: entry?.children,
        });
      }
      return seen;
    }),
  );
  expect(unknown).toEqual(hidden);
  expect(unknown?.[0]).toMatchObject({
    data: { childByIdNumber: null },
    lookups: { asked: 1, missed: 1 },
    children: [],
  });
  expect(unknown?.slice(PER_DAY)).toEqual(
    Array(2).fill(
      expect.objectContaining({
        status: 403,
        errors: [expect.objectContaining({ extensions: { code: 'LOOKUP_LIMIT', limit: PER_DAY } })],
      }),
    ),
  );
});

test('a found child, an invalid number, a visible refusal and an agency that is down are not misses', async () => {
  const missed = async (reply: Reply) => (await entryOf(reply))?.lookups;
  expect(await missed(await find(STORY.leftBehind, { as: 'prosecutor', purpose: 'OWN_DUTY' }))).toEqual({
    asked: 1,
    missed: [],
  });
  expect(await missed(await find('1', { as: 'prosecutor', purpose: 'OWN_DUTY' }))).toEqual({ asked: 1, missed: [] });
  const developer = { as: 'education-developer', purpose: 'OWN_DUTY' };
  expect(await missed(await find(STORY.leftBehind, developer))).toEqual({ asked: 1, missed: [] });
  expect(await missed(await system.ask('{ children(first: 1) { totalCount } }', developer))).toBeNull();
});

test('equal numbers have equal digests, however they are written, and no digest is a child’s id', async () => {
  const police = { as: 'police-officer', purpose: 'OWN_DUTY' };
  const number = nobody(50);
  const [one, same, other] = [
    await entryOf(await find(number, police)),
    await entryOf(await find(` ${number.toLowerCase()} `, police)),
    await entryOf(await find(nobody(51), police)),
  ].map((entry) => entry?.lookups?.missed);
  expect(one).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

test('successful lookups have their own limit', async () => {
  const officer = { as: 'education-officer', purpose: 'OWN_DUTY' };
  const statuses: number[] = [];
  for (let count = 0; count < 13; count += 1) statuses.push((await find(STORY.leftBehind, officer)).status);
  expect(statuses).toEqual([...Array(12).fill(200), 429]);
  // Other requests are still answered.
  expect((await system.ask('{ children(first: 1) { totalCount } }', officer)).status).toBe(200);
});
