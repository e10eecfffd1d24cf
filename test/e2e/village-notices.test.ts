import { addDays, todayInChina } from '../../shared/domain/dates';
import {
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { type AskOptions, as } from '../support/system';

// What villages are notified of (反家庭暴力法 art. 17, 32), by whom, and who knows of it.

const TOWN = '990101001';

let time: PassingTime;
let work: CaseWork;
let children: readonly string[];
let elsewhere: readonly string[];
beforeAll(async () => {
  time = passingTime(new Date(`${todayInChina()}T10:00:00+08:00`));
  work = await startCaseWork('village_notices', time.clock);
  children = await unknownChildren(work.owner, TOWN, 5);
  elsewhere = await unknownChildren(work.owner, '990102001', 1);
});
afterAll(async () => {
  await work?.close();
  time?.restore();
});

const police = as('police-officer', 'OWN_DUTY');
const federation = as('womens-federation-officer', 'OWN_DUTY');
const county = as('county-case-worker', 'RISK_ASSESSMENT');
const ask = async (query: string, options: AskOptions) => (await work.system.ask(query, options)).body;
const today = () => todayInChina(time.now().getTime());
const select = 'id kind notifiedAt until lastVisitAt nextVisitDue endedOn';

const notify = (child: string, kind: 'WARNING' | 'ORDER', days = 90) =>
  work.done(
    'notifyVillage',
    { child, kind, until: addDays(today(), days) },
    { ...(kind === 'WARNING' ? police : federation), select },
  );
const noticesOf = async (child: string, options: AskOptions) =>
  (await ask(`{ child(id: "${child}") { villageNotices { kind } } }`, options)).data.child?.villageNotices;
const dueOf = async (child: string, options: AskOptions) => {
  const { data } = await ask('{ dueItems(first: 200) { nodes { kind dueAt child { id } } } }', options);
  return data.dueItems.nodes
    .filter((one: { child: { id: string } | null }) => one.child?.id === child)
    .map(({ kind }: { kind: string }) => kind);
};

test('the police notify of a warning, the women’s federation of an order, and each knows of its own', async () => {
  const [child = ''] = children;
  expect(await notify(child, 'WARNING')).toEqual({
    id: expect.any(String),
    kind: 'WARNING',
    notifiedAt: time.now().toISOString(),
    until: addDays(today(), 90),
    lastVisitAt: null,
    nextVisitDue: addDays(today(), 15),
    endedOn: null,
  });
  await notify(child, 'ORDER');
  expect(await noticesOf(child, police)).toEqual([{ kind: 'WARNING' }]);
  expect(await noticesOf(child, federation)).toEqual([{ kind: 'ORDER' }]);
  expect(await dueOf(child, police)).toEqual(['WARNING_VISIT']);
  expect(await dueOf(child, federation)).toEqual(['ORDER_VISIT']);
  // The list that villages visit by.
  const listed = await work.owner('exposed.child_of_notice').where({ child_id: child });
  expect(listed.map(({ region, until }) => [region.slice(0, 9), until])).toEqual(
    Array(2).fill([TOWN, addDays(today(), 90)]),
  );
});

test.each([
  ['the police of an order', 'ORDER', police],
  ['the women’s federation of a warning', 'WARNING', federation],
] as const)('%s is refused like a child who does not exist', async (_, kind, who) => {
  const [child = ''] = children;
  for (const one of [child, 'x'.repeat(43), ...elsewhere]) {
    const input = { child: one, kind, until: addDays(today(), 9) };
    expect((await work.refused('notifyVillage', input, who)).code).toBe('RECORD_NOT_FOUND');
  }
});

test('nobody else notifies, and is told so whether or not there is a notice', async () => {
  const [child = '', without = ''] = children;
  for (const who of [county, as('education-officer', 'OWN_DUTY'), as('police-officer', 'MANDATORY_REPORT')]) {
    for (const one of [child, without]) {
      const input = { child: one, kind: 'WARNING', until: addDays(today(), 9) };
      expect((await work.refused('notifyVillage', input, who)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    }
  }
});

test('(g) case handlers and a case conference know of notices, and no regular meeting', async () => {
  const [, , child = ''] = children;
  await notify(child, 'WARNING');
  const opening = { kind: '一般', level: 'YELLOW', region: TOWN, children: [child] };
  const { id } = await work.done('openCase', opening, { ...county, select: 'id' });
  await work.confirm('CASE', id, 'county-case-worker');
  expect(await noticesOf(child, byCase(id))).toEqual([{ kind: 'WARNING' }]);
  for (const kind of ['CASE_CONFERENCE', 'REGULAR']) {
    const clerk = as('meeting-clerk', 'OWN_DUTY');
    const meeting = await work.done(
      'conveneMeeting',
      { kind, heldAt: time.from(60_000), region: '990101', agencies: ['EDUCATION'] },
      { ...clerk, select: 'id' },
    );
    await work.done('putOnDocket', { meeting: meeting.id, case: id }, clerk);
    await work.confirm('MEETING', meeting.id, 'education-member');
    const member = { as: 'education-member', purpose: 'JOINT_MEETING', reference: `meeting/${meeting.id}` };
    expect([kind, await noticesOf(child, member)]).toEqual([kind, kind === 'REGULAR' ? [] : [{ kind: 'WARNING' }]]);
  }
  for (const who of [county, as('supervisor', 'SUPERVISION'), as('education-officer', 'OWN_DUTY')]) {
    expect((await noticesOf(child, who)) ?? []).toEqual([]);
  }
});

test('visits move the due day until the follow-up ends', async () => {
  const [, , , child = ''] = children;
  const { id } = await notify(child, 'WARNING', 40);
  const visit = (days = 0) =>
    work.done(
      'recordNoticeVisit',
      { notice: id, visitedAt: time.from(days * DAY_MILLISECONDS) },
      { ...police, select },
    );
  const visitedAt = time.now().toISOString();
  await time.pass(10 * DAY_MILLISECONDS);
  // Recorded late: it does not move the next visit forward.
  expect(await visit(-10)).toMatchObject({ lastVisitAt: visitedAt, nextVisitDue: addDays(today(), 5) });
  expect(await visit()).toMatchObject({ nextVisitDue: addDays(today(), 15) });
  await time.pass(20 * DAY_MILLISECONDS);
  expect(await visit()).toMatchObject({ nextVisitDue: null });
  expect(await dueOf(child, police)).toEqual([]);

  const ended = await work.done('endVillageNotice', { notice: id }, { ...police, select: 'endedOn' });
  expect(ended).toEqual({ endedOn: today() });
  expect(await noticesOf(child, police)).toEqual([]);
  expect(await work.owner('exposed.child_of_notice').where({ child_id: child })).toEqual([]);
  for (const mutation of ['endVillageNotice', 'recordNoticeVisit']) {
    const input = { notice: id, ...(mutation === 'recordNoticeVisit' && { visitedAt: time.from(0) }) };
    expect((await work.refused(mutation, input, police)).code).toBe('NOT_IN_FORCE');
    expect((await work.refused(mutation, input, federation)).code).toBe('RECORD_NOT_FOUND');
  }
});

test('a notice is given once, is over after its last day, and can be given again then', async () => {
  const [, , , , child = ''] = children;
  await notify(child, 'WARNING', 5);
  expect(await work.owner('base.village_notice').where({ child_id: child }).pluck('next_visit_due')).toEqual([
    addDays(today(), 5),
  ]);
  const again = { child, kind: 'WARNING', until: addDays(today(), 9) };
  expect((await work.refused('notifyVillage', again, police)).code).toBe('ALREADY_SETTLED');
  const past = { child, kind: 'WARNING', until: addDays(today(), -1) };
  expect((await work.refused('notifyVillage', past, police)).code).toBe('DATE_REFUSED');
  await time.pass(6 * DAY_MILLISECONDS);
  expect(await noticesOf(child, police)).toEqual([]);
  await notify(child, 'WARNING');
  expect(await noticesOf(child, police)).toEqual([{ kind: 'WARNING' }]);
});

test('no app is told of a notice, of its visits, or that one is overdue', async () => {
  const [child = ''] = children;
  await time.pass(30 * DAY_MILLISECONDS);
  expect(await dueOf(child, police)).toEqual(['WARNING_VISIT']);
  const hidden = await work
    .owner('base.due_item')
    .whereIn('kind', ['WARNING_VISIT', 'ORDER_VISIT'])
    .where('due_at', '<', time.now());
  expect(hidden.length).toBeGreaterThan(0);
  const known = await work.owner('work.due_item').pluck('kind');
  expect(known).not.toEqual(expect.arrayContaining(['WARNING_VISIT']));
  expect(known).not.toEqual(expect.arrayContaining(['ORDER_VISIT']));
  const ids = await work.owner('base.village_notice').pluck('notice_id');
  expect(await work.owner('base.notice').whereIn('subject_id', ids)).toEqual([]);
});
