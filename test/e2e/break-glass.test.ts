import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { type CaseWork, type PassingTime, passingTime, startCaseWork, unknownChildren } from '../support/case-work';
import { childIdOf, STORY } from '../support/databases';
import type { AskOptions, Reply } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

let time: PassingTime;
let work: CaseWork;
let children: readonly string[];
beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('break_glass', time.clock);
  children = await unknownChildren(work.owner, '990101001', 6);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

const REASON = '孩子深夜求助，需立即核实住址';
const MINUTES = 60_000;

const inEmergency = (as: string): AskOptions => ({ as, purpose: 'EMERGENCY', reason: REASON });
const resourceOf = (id: string | undefined) => `{ child(id: "${id}") { identity { fullName age } risk { level } } }`;
const look = (child: string | undefined, as = 'county-case-worker') =>
  work.system.ask(resourceOf(child), inEmergency(as));
const entryOf = async ({ headers }: Reply): Promise<LedgerEntry> =>
  (await work.system.entries(headers.get('x-request-id')))[0] as LedgerEntry;
const uses = (officer: string) => work.owner('base.emergency_use').where({ officer }).orderBy('opened_at');

function expectShown({ status, body }: Reply): void {
  expect([status, body.data?.child?.identity?.fullName]).toEqual([200, expect.any(String)]);
}

function expectWithheld({ status, body }: Reply): void {
  expect([status, body]).toEqual([
    403,
    {
      errors: [
        {
          message: 'Too many uses of emergency access are waiting for review; a supervisor must close one first.',
          extensions: { code: 'EMERGENCY_REVIEW_DUE', limit: 2 },
        },
      ],
    },
  ]);
}

async function review(use: string): Promise<void> {
  await work.done(
    'reviewEmergency',
    { use, finding: 'JUSTIFIED', note: '情况属实' },
    { as: 'supervisor', purpose: 'SUPERVISION' },
  );
}

describe('emergency access, through the gateway', () => {
  test('is accounted for per child, with its reason in the ledger', async () => {
    const reply = await look(children[0]);
    expectShown(reply);
    const [use] = await uses('county-case-worker');
    expect(use).toMatchObject({ child_id: children[0], reason: REASON, reviewed_at: null });
    const entry = await entryOf(reply);
    expect(entry.emergency).toEqual({ reason: REASON, uses: [use.use_id] });
    expect(entry.children).toEqual([children[0]]);
    expect(entry.looks.map(({ dataClass, answer }) => `${dataClass} ${answer}`)).toEqual([
      'governance-center.emergency clear',
      'governance-center.risk clear',
      'public-security.age clear',
      'public-security.identity clear',
    ]);
    expect(work.system.logged()).not.toContain(REASON);
  });

  test('lasts half an hour per child; later access is a new use, and the third use is refused', async () => {
    await time.pass(29 * MINUTES);
    expectShown(await look(children[0]));
    expect(await uses('county-case-worker')).toHaveLength(1);
    await time.pass(2 * MINUTES);
    expectShown(await look(children[0]));
    expect(await uses('county-case-worker')).toHaveLength(2);

    const third = await look(children[1]);
    expectWithheld(third);
    expect(await uses('county-case-worker')).toHaveLength(2);
    const entry = await entryOf(third);
    expect(entry).toMatchObject({
      children: [children[1]],
      emergency: { reason: REASON, uses: [] },
      outcome: { status: 403, codes: ['EMERGENCY_REVIEW_DUE'] },
    });
    // The current half hour continues.
    expectShown(await look(children[0]));
  });

  test('is possible again once a supervisor has closed a review', async () => {
    const [first] = await uses('county-case-worker');
    await review(first.use_id);
    expectShown(await look(children[1]));
    expectWithheld(await look(children[2]));
    // Another officer has uses of their own.
    expectShown(await look(children[2], 'police-officer'));
  });

  test('of three children at once is refused as a whole', async () => {
    const query = `{ ${[3, 4, 5].map((index) => `c${index}: child(id: "${children[index]}") { risk { level } }`).join(' ')} }`;
    const before = await uses('town-case-worker');
    expectWithheld(await work.system.ask(query, inEmergency('town-case-worker')));
    expect(await uses('town-case-worker')).toEqual(before);
  });

  test('stays within the limit under many simultaneous requests', async () => {
    const ids = children.slice(1);
    const replies = await Promise.all(ids.map((id) => look(id, 'town-case-worker')));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 403, 403, 403]);
    expect(await uses('town-case-worker')).toHaveLength(2);
  });

  test('that shows no child is not a use', async () => {
    const before = await uses('police-officer');
    const reply = await look(childIdOf(STORY.neighbour), 'police-officer');
    expect(reply.body.data).toEqual({ child: null });
    expect(await uses('police-officer')).toEqual(before);
    expect((await entryOf(reply)).emergency).toEqual({ reason: REASON, uses: [] });
  });

  test('that only finds a child is not a use: officers of every agency may', async () => {
    const query = `{ childByIdNumber(idNumber: "${STORY.leftBehind}") { id } }`;
    const reply = await work.system.ask(query, inEmergency('education-officer'));
    expect(reply.body.data.childByIdNumber).toEqual({ id: childIdOf(STORY.leftBehind) });
    expect(await uses('education-officer')).toEqual([]);
    expect((await entryOf(reply)).emergency).toEqual({ reason: REASON, uses: [] });
  });

  test.each<[string, (answer: SubgraphResponse) => SubgraphResponse]>([
    [
      'does not answer',
      () => {
        throw new Error('down');
      },
    ],
    ['accounts for no child', (answer) => ({ ...answer, body: { data: { useEmergency: [] } } })],
    [
      'accounts for another child',
      (answer) => {
        const uses = answer.body.data?.useEmergency as readonly object[];
        return { ...answer, body: { data: { useEmergency: uses.map((use) => ({ ...use, child: children[4] })) } } };
      },
    ],
  ])('is withheld if the governance centre %s', async (_, change) => {
    const undo = wrapAgency(work.system, 'governance-center', (handle) => async (request) => {
      const answer = await handle(request);
      return JSON.stringify(request.body).includes('useEmergency') ? change(answer) : answer;
    });
    try {
      const reply = await look(children[3], 'police-officer');
      expect([reply.status, reply.body.errors[0].extensions.code, reply.body.data]).toEqual([
        503,
        'EMERGENCY_UNACCOUNTED',
        undefined,
      ]);
      expect((await entryOf(reply)).outcome).toEqual({ status: 503, codes: ['EMERGENCY_UNACCOUNTED'] });
    } finally {
      undo();
    }
  });
});
