import { randomUUID } from 'node:crypto';
import { decode } from 'jsonwebtoken';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import { addDays, todayInChina } from '../../shared/domain/dates';
import {
  byHeadOf,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
  withdrawDuties,
} from '../support/case-work';
import { type AskOptions, as, type Reply } from '../support/system';

// 未成年人保护法 art. 11: whoever receives a report has to know what was reported; 未成年人网络保护条例 art. 36: nobody more than that.

const TOWN = '990101001';
/** Of the child director who reports: a report keeps no child of another village. */
const VILLAGE = '990101001001';
const FACTS = '需核实';
const REPORTER = '李老师';

let time: PassingTime;
let work: CaseWork;
let child: string;
let other: string;
beforeAll(async () => {
  time = passingTime(new Date(`${todayInChina()}T10:00:00+08:00`));
  work = await startCaseWork('grants_of_clues', time.clock);
  [child = '', other = ''] = await unknownChildren(work.owner, VILLAGE, 2);
  await withdrawDuties(work.owner);
});
afterEach(() => withdrawDuties(work.owner));
afterAll(async () => {
  await work.close();
  time.restore();
});

const today = () => todayInChina(time.now().getTime());
const duty = async (officer: string, more: Record<string, unknown> = {}): Promise<string> => {
  const input = { officer, kind: 'INTAKE', region: '990101', from: today(), until: addDays(today(), 100), ...more };
  return (await work.done('confirmDuty', input, { ...byHeadOf(officer), select: 'id' })).id;
};

/** A clue for the education bureau, which leads, and the police. */
async function clue(more: Record<string, unknown> = {}): Promise<string> {
  const input = { channel: '学校报告', situation: '严重欺凌', facts: FACTS, region: TOWN, reporter: REPORTER, ...more };
  const { receiptNumber } = await work.done('reportClue', input, {
    ...as('child-director', 'MANDATORY_REPORT'),
    select: 'receiptNumber',
  });
  return (await work.owner('base.clue').where({ receipt_number: receiptNumber }).first()).clue_id;
}

const referring = (id: string, name = 'education-officer'): AskOptions => ({
  ...as(name, 'MANDATORY_REPORT'),
  reference: `clue/${id}`,
});
const statusOf = async (options: AskOptions) => (await work.system.ask('{ clues { totalCount } }', options)).status;
/** An answer without headers that always differ. */
const whole = ({ status, headers, text }: Reply) =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'), text]);

describe('a clue', () => {
  test('opens itself and its child to officers of its recipients with a duty of intake, and nothing else', async () => {
    const [id, ofOther] = [await clue({ child }), await clue({ child: other })];
    await clue({ child });
    await duty('education-officer');
    const { body } = await work.system.ask(
      `{ clues { totalCount nodes { id facts channel child { id } } } children { totalCount nodes { id } }
        other: clue(id: "${ofOther}") { id } hidden: child(id: "${other}") { id } }`,
      referring(id),
    );
    expect(body.data).toEqual({
      clues: { totalCount: 1, nodes: [{ id, facts: FACTS, channel: '学校报告', child: { id: child } }] },
      children: { totalCount: 1, nodes: [{ id: child }] },
      other: null,
      hidden: null,
    });
  });

  test('is signed into the context that every agency gets, with its child or with none', async () => {
    await duty('police-officer');
    for (const children of [[child], []]) {
      const id = await clue(children.length > 0 ? { child } : {});
      work.system.forget();
      const { body } = await work.system.ask(
        `{ clue(id: "${id}") { child { id } } child(id: "${child}") { identity { fullName } place { code } } }`,
        referring(id, 'police-officer'),
      );
      expect(body.data.clue).toEqual({ child: children.length > 0 ? { id: child } : null });
      expect(body.data.child === null).toBe(children.length === 0);
      const [asked, ...signed] = work.system.subRequests.map(
        ({ request }) =>
          (decode((request.authorization ?? '').replace('Bearer ', '')) as { readonly grant: Grant | null }).grant,
      );
      expect(asked).toBeNull();
      expect(signed.length).toBeGreaterThan(0);
      for (const grant of signed) expect(grant).toEqual({ ...COVERS_NOTHING, kind: 'clue', children, clues: [id] });
    }
  });

  test('tells the reporter to the lead alone, and nobody without the reference more than the register', async () => {
    const id = await clue({ child });
    for (const officer of ['education-officer', 'police-officer']) await duty(officer);
    const query = `{ clue(id: "${id}") { situation facts channel receiptNumber feedback child { id } reporter reporterContact } }`;
    const reporterTo = async (name: string) =>
      (await work.system.ask(query, referring(id, name))).body.data.clue.reporter;
    expect(await reporterTo('education-officer')).toBe(REPORTER);
    expect(await reporterTo('police-officer')).toBeNull();
    for (const name of ['education-officer', 'police-officer']) {
      const { situation, ...closed } = (await work.system.ask(query, as(name, 'MANDATORY_REPORT'))).body.data.clue;
      expect(situation).toBe('严重欺凌');
      expect(Object.values(closed)).toEqual(Object.values(closed).map(() => null));
    }
  });

  test.each([
    ['in the county', '990101', 200],
    ['in the same town', TOWN, 200],
    ['in a village of it', '990101001001', 200],
    ['not in the next town', '990101002', 403],
  ])('opens by a duty on one line with its region: %s', async (_, region, status) => {
    const id = await clue();
    await duty('education-officer', { region });
    expect(await statusOf(referring(id))).toBe(status);
  });

  test('closes thirty days after the feedback, which the lead gives', async () => {
    const id = await clue();
    await duty('education-officer');
    const given = { clue: id, feedback: '已处置' };
    await work.done('giveFeedback', given, { ...referring(id), select: 'feedback' });
    await time.pass(30 * DAY_MILLISECONDS - HALF_A_MINUTE);
    expect(await statusOf(referring(id))).toBe(200);
    await time.pass(2 * HALF_A_MINUTE);
    expect(await statusOf(referring(id))).toBe(403);
  });

  test('closes within 30 seconds of the withdrawal of the duty, and after its last day', async () => {
    const id = await clue();
    const confirmed = await duty('education-officer');
    expect(await statusOf(referring(id))).toBe(200);
    await work.done('withdrawDuty', { duty: confirmed }, byHeadOf('education-officer'));
    await time.pass(HALF_A_MINUTE);
    expect(await statusOf(referring(id))).toBe(403);
    await duty('education-officer', { until: today() });
    expect(await statusOf(referring(id))).toBe(200);
    await time.pass(DAY_MILLISECONDS);
    expect(await statusOf(referring(id))).toBe(403);
  });

  test('is listed for whom it opens, without what it is about', async () => {
    const id = await clue();
    const listed = async (name: string) => {
      const { body } = await work.system.ask('{ ownParts(first: 200) { totalCount nodes { kind reference label } } }', {
        ...as(name, 'OWN_DUTY'),
      });
      return body.data.ownParts.nodes.filter(
        ({ reference }: { readonly reference: string }) => reference === `clue/${id}`,
      );
    };
    expect(await listed('education-officer')).toEqual([]);
    for (const officer of ['education-officer', 'civil-affairs-officer']) await duty(officer);
    expect(await listed('education-officer')).toEqual([
      { kind: 'CLUE', reference: `clue/${id}`, label: `线索 ${id.slice(0, 8)}` },
    ]);
    expect(await listed('civil-affairs-officer')).toEqual([]);
  });
});

test('a reference to a clue that opens nothing is refused in the same way, whatever the reason', async () => {
  const id = await clue();
  await duty('police-officer', { kind: 'WELFARE', categories: ['MISCONDUCT'] });
  for (const officer of ['civil-affairs-officer', 'education-member']) await duty(officer);
  const refused = [
    referring(randomUUID()),
    referring('not-a-uuid'),
    // Without a duty, with one of another kind, of another agency, of another role.
    referring(id),
    referring(id, 'police-officer'),
    referring(id, 'civil-affairs-officer'),
    referring(id, 'education-member'),
    referring(id, 'town-case-worker'),
    referring(id, 'education-developer'),
  ];
  const answers = new Set<string>();
  for (const options of refused) answers.add(whole(await work.system.ask('{ clues { totalCount } }', options)));
  expect([...answers]).toHaveLength(1);
  expect([...answers][0]).toContain('ACCESS_REFERENCE_REFUSED');
});

test('an unconfirmed reference takes the same sub-requests and SQL as an unknown one', async () => {
  const asked = async (options: AskOptions) => {
    work.system.forget();
    await statusOf(options);
    return [work.system.subRequests.map(({ agency }) => agency), work.system.statements.map(({ sql }) => sql).sort()];
  };
  expect(await asked(referring(await clue({ child })))).toEqual(await asked(referring(randomUUID())));
});
