import { randomUUID } from 'node:crypto';
import { decode } from 'jsonwebtoken';
import type { Grant } from '../../shared/access/grant';
import { addMonths, todayInChina } from '../../shared/domain/dates';
import { assessmentOf } from '../support/assessments';
import {
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { childIdOf, STORY } from '../support/databases';
import { LEFT_BEHIND_ASSESSMENT } from '../support/references';
import { type AskOptions, type Reply, visiting } from '../support/system';

// 研判: a case worker opens children one by one, on a ground, under a duty, and so many a day (未成年人网络保护条例 art. 36).

const TOWN = '990101001';
const LIMIT = 30;

let time: PassingTime;
let work: CaseWork;
let children: readonly string[];
/** Of the whole county. */
let many: readonly string[];
beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('assessments', time.clock);
  children = await unknownChildren(work.owner, TOWN, 2);
  many = await unknownChildren(work.owner, '990101', LIMIT + 3);
});
afterAll(async () => {
  await work.close();
  time.restore();
});
// Each test has a day of its own.
beforeEach(() => time.pass(DAY_MILLISECONDS));

const ASSESSING: AskOptions = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT' };
const by = (reference: string, as = 'county-case-worker'): AskOptions => ({ ...ASSESSING, as, reference });
const input = (more: Record<string, unknown>) => ({ ground: 'OBSERVED', note: '班主任反映多日未到校', ...more });
const open = (more: Record<string, unknown>, options = ASSESSING) =>
  work.done('openAssessment', input(more), { ...options, select: 'id reference expiresAt' });

const LIST = '{ children { totalCount nodes { id } } }';
const statusOf = async (options: AskOptions) => (await work.system.ask(LIST, options)).status;

/** The grant that the gateway signs for the agencies it asks; the first question is its own, about the reference. */
async function granted(options: AskOptions): Promise<Grant> {
  work.system.forget();
  expect(await statusOf(options)).toBe(200);
  const token = work.system.subRequests.at(-1)?.request.authorization ?? '';
  return (decode(token.replace('Bearer ', '')) as { readonly grant: Grant }).grant;
}
const covered = async (options: AskOptions): Promise<readonly string[]> => (await granted(options)).children;
const whole = ({ status, headers, text }: Reply) =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'), text]);

/** The own parts of an officer with this reference. */
const ownParts = async (reference: string, as = 'county-case-worker') => {
  const query = '{ ownParts(first: 200) { nodes { kind reference label until } } }';
  const { body } = await work.system.ask(query, { as, purpose: 'OWN_DUTY' });
  return body.data.ownParts.nodes.filter((one: { reference: string }) => one.reference === reference);
};

async function clueAbout(child_id: string | null): Promise<string> {
  const clue_id = randomUUID();
  await work.owner('base.clue').insert({
    clue_id,
    channel: '网格摸排',
    situation: '其他',
    region: TOWN,
    child_id,
    received_at: time.now(),
  });
  return clue_id;
}

describe('an opened assessment', () => {
  test('covers its one child for seven days', async () => {
    const [child = ''] = children;
    const { id, reference, expiresAt } = await open({ child });
    expect(reference).toBe(`assessment/${id}`);
    expect(expiresAt).toBe(time.from(7 * DAY_MILLISECONDS));
    expect(await covered(by(reference))).toEqual([child]);
    await time.passTo(new Date(Date.parse(expiresAt) - HALF_A_MINUTE - 1_000));
    expect(await covered(by(reference))).toEqual([child]);
    await time.pass(HALF_A_MINUTE + 1_000);
    expect(await statusOf(by(reference))).toBe(403);
  });

  test('of a clue covers the clue, and the child that it is about, once that is known', async () => {
    const [child = ''] = children;
    const clue = await clueAbout(null);
    const { reference } = await open({ clue, ground: 'CLUE' });
    expect(await covered(by(reference))).toEqual([]);
    await work.owner('base.clue').where({ clue_id: clue }).update({ child_id: child });
    await time.pass(HALF_A_MINUTE);
    expect(await covered(by(reference))).toEqual([child]);
  });

  test('is its holder’s alone, and refused to others like one that does not exist', async () => {
    const { reference } = await open({ child: children[0] });
    const unknown = `assessment/${randomUUID()}`;
    for (const as of ['town-case-worker', 'neighbour-case-worker', 'supervisor', 'child-director']) {
      const [others, none] = [
        await work.system.ask(LIST, by(reference, as)),
        await work.system.ask(LIST, by(unknown, as)),
      ];
      expect(others.body.errors[0].extensions.code).toBe('ACCESS_REFERENCE_REFUSED');
      expect(whole(others)).toBe(whole(none));
    }
  });

  test('takes the same sub-requests and SQL as an unknown one, when it is refused', async () => {
    const { reference } = await open({ child: children[0] });
    const asked = async (one: string) => {
      work.system.forget();
      await work.system.ask(LIST, by(one, 'town-case-worker'));
      return [work.system.subRequests.map(({ agency }) => agency), work.system.statements.map(({ sql }) => sql).sort()];
    };
    expect(await asked(reference)).toEqual(await asked(`assessment/${randomUUID()}`));
  });

  test('is withdrawn with the duty under which it was opened, half a minute later', async () => {
    const today = todayInChina(time.now().getTime());
    const officer = 'town-case-worker';
    const confirmed = await work.done(
      'confirmDuty',
      { officer, kind: 'ASSESSMENT', region: TOWN, from: today, until: addMonths(today, 12) },
      { as: 'centre-head', purpose: 'OWN_DUTY', select: 'id' },
    );
    const { reference } = await open({ child: children[0] }, { ...ASSESSING, as: officer });
    expect(await covered(by(reference, officer))).toEqual([children[0]]);
    expect(await ownParts(reference, officer)).toHaveLength(1);
    await work.done('withdrawDuty', { duty: confirmed.id }, { as: 'centre-head', purpose: 'OWN_DUTY' });
    await time.pass(HALF_A_MINUTE);
    expect(await statusOf(by(reference, officer))).toBe(403);
    expect(await ownParts(reference, officer)).toEqual([]);
    // The officer has another duty, from the seed.
    expect(
      await covered(by((await open({ child: children[0] }, { ...ASSESSING, as: officer })).reference, officer)),
    ).toEqual([children[0]]);
  });

  test('is among its officer’s own parts while it is open, and among nobody else’s', async () => {
    const { id, reference, expiresAt } = await open({ child: children[0] });
    const part = { kind: 'ASSESSMENT', reference, label: `研判 ${id.slice(0, 8)}`, until: expiresAt };
    expect(await ownParts(reference)).toEqual([part]);
    for (const as of ['town-case-worker', 'supervisor', 'centre-officer'])
      expect(await ownParts(reference, as)).toEqual([]);
    const ofClue = await open({ clue: await clueAbout(null), ground: 'CLUE' });
    expect(await ownParts(ofClue.reference)).toMatchObject([{ kind: 'ASSESSMENT' }]);
    await time.passTo(new Date(expiresAt));
    expect(await ownParts(reference)).toEqual([]);
  });

  test('of the story’s left-behind child, and of any child for tests, is open to documents and tests', async () => {
    expect(await covered(by(LEFT_BEHIND_ASSESSMENT, 'town-case-worker'))).toEqual([childIdOf(STORY.leftBehind)]);
    expect(
      await covered(by(await assessmentOf(children[1] ?? '', 'town-case-worker', work.owner), 'town-case-worker')),
    ).toEqual([children[1]]);
  });
});

describe('no assessment is opened', () => {
  test('of a child or clue that does not exist or lies elsewhere, alike', async () => {
    const before = await work.contents();
    const refusals = [];
    for (const more of [
      { child: childIdOf(STORY.neighbour) },
      { child: childIdOf(STORY.nobody) },
      { child: 'no-id-at-all' },
      { clue: randomUUID() },
    ]) {
      refusals.push(await work.refused('openAssessment', input(more), ASSESSING));
    }
    expect(new Set(refusals.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(refusals[0]?.code).toBe('RECORD_NOT_FOUND');
    expect(await work.contents()).toEqual(before);
  });

  test('without a duty in force where the child lives', async () => {
    const [child = ''] = children;
    const duties = () => work.owner('base.duty').where({ officer: 'county-case-worker', kind: 'ASSESSMENT' });
    const [own] = await duties();
    await duties().update({ withdrawn_by: 'centre-head', withdrawn_at: time.now() });
    expect((await work.refused('openAssessment', input({ child }), ASSESSING)).code).toBe('DUTY_REQUIRED');
    const elsewhere = { ...own, duty_id: randomUUID(), region: '990101002', withdrawn_by: null, withdrawn_at: null };
    delete elsewhere.party;
    await work.owner('base.duty').insert(elsewhere);
    expect((await work.refused('openAssessment', input({ child }), ASSESSING)).code).toBe('DUTY_REQUIRED');
    await work.owner('base.duty').insert({ ...elsewhere, duty_id: randomUUID(), region: '990101' });
    await open({ child });
  });

  test('of both or neither, or with a number of a person in its note', async () => {
    const [child = ''] = children;
    const clue = await clueAbout(null);
    const refused = async (more: object) => (await work.refused('openAssessment', input({ ...more }), ASSESSING)).code;
    expect(await refused({ child, clue })).toBe('BAD_USER_INPUT');
    expect(await refused({})).toBe('RECORD_NOT_FOUND');
    expect(await refused({ child, note: '联系13800138000核实' })).toBe('TEXT_REFUSED');
  });

  test('by others, or for another purpose', async () => {
    const [child = ''] = children;
    const attempts: AskOptions[] = [
      visiting('county-case-worker'),
      { as: 'child-director', purpose: 'RISK_ASSESSMENT' },
      { as: 'centre-officer', purpose: 'RISK_ASSESSMENT' },
      { as: 'supervisor', purpose: 'SUPERVISION' },
    ];
    for (const options of attempts) {
      const { code } = await work.refused('openAssessment', input({ child }), options);
      expect([options, code]).toEqual([options, 'UNAUTHORIZED_FIELD_OR_TYPE']);
    }
  });
});

describe('a day’s number of assessments', () => {
  test('counts each child once, and clues without a child; one more is refused, and tomorrow is another day', async () => {
    await time.passTo(new Date(`${todayInChina(time.now().getTime())}T23:58:00+08:00`));
    await open({ clue: await clueAbout(null), ground: 'CLUE' });
    for (const child of many.slice(1, LIMIT)) await open({ child });
    await open({ child: many[1] });
    const refused = await work.refused('openAssessment', input({ child: many[LIMIT] }), ASSESSING);
    expect(refused).toMatchObject({ code: 'OPENINGS_USED_UP', extensions: { limit: LIMIT } });
    // A child who is open already is open again.
    await open({ child: many[1] });
    await time.pass(2 * 60_000);
    await open({ child: many[LIMIT] });
  });

  test('is not exceeded by simultaneous requests', async () => {
    for (const child of many.slice(0, LIMIT - 2)) await open({ child });
    const replies = await Promise.all(
      many.slice(LIMIT - 2).map((child) => work.act('openAssessment', input({ child }), ASSESSING)),
    );
    const codes = replies.map(({ body }) => body.errors?.[0].extensions.code ?? 'opened').toSorted();
    expect(codes).toEqual([...Array(3).fill('OPENINGS_USED_UP'), 'opened', 'opened']);
  });
});

test('an assessment is not changed or deleted, even by the owner of the tables', async () => {
  const { id } = await open({ child: children[0] });
  const row = () => work.owner('base.opened_assessment').where({ assessment_id: id });
  await expect(row().update({ expires_at: '2099-01-01' })).rejects.toThrow('append-only');
  await expect(row().delete()).rejects.toThrow('append-only');
});
