import { todayInChina } from '../../shared/domain/dates';
import {
  type CaseWork,
  DAY_MILLISECONDS,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { type AskOptions, as } from '../support/system';

// 四访五帮 for children with serious misconduct (预防未成年人犯罪法 art. 40 to 42): done by the police, silent for everybody else.

const TOWN = '990101001';

let time: PassingTime;
let work: CaseWork;
let children: readonly string[];
let elsewhere: readonly string[];
beforeAll(async () => {
  time = passingTime(new Date(`${todayInChina()}T10:00:00+08:00`));
  work = await startCaseWork('misconduct_support', time.clock);
  children = await unknownChildren(work.owner, TOWN, 4);
  elsewhere = await unknownChildren(work.owner, '990102001', 1);
});
afterAll(async () => {
  await work?.close();
  time?.restore();
});

const police = as('police-officer', 'OWN_DUTY');
const county = as('county-case-worker', 'RISK_ASSESSMENT');
const ask = async (query: string, options: AskOptions) => (await work.system.ask(query, options)).body;
const today = () => todayInChina(time.now().getTime());
const select = 'id leadAgency helpers since nextVisitDue endedOn visits { party helps visitedAt by agency note }';

const begin = (child: string) => work.done('beginSupport', { child, helpers: ['EDUCATION'] }, { ...police, select });
const supportOf = async (child: string, options: AskOptions) =>
  (await ask(`{ child(id: "${child}") { misconductSupport { since } } }`, options)).data.child?.misconductSupport;
const dueOf = async (options: AskOptions) => {
  const { data } = await ask('{ dueItems(first: 200, filter: { kinds: [SUPPORT_VISIT] }) { nodes { id } } }', options);
  return data.dueItems.nodes.map(({ id }: { id: string }) => id);
};

test('the police begin, visit in rounds of four parties, and end it', async () => {
  const [child = ''] = children;
  const began = await begin(child);
  expect(began).toMatchObject({
    leadAgency: 'PUBLIC_SECURITY',
    helpers: ['EDUCATION'],
    since: today(),
    endedOn: null,
    visits: [],
  });
  expect((await work.refused('beginSupport', { child }, police)).code).toBe('ALREADY_SETTLED');
  expect(await supportOf(child, police)).toEqual([{ since: today() }]);
  expect(await dueOf(police)).toContain(began.id);

  const { nextVisitDue } = began;
  await time.pass(20 * DAY_MILLISECONDS);
  const visit = async (party: string) => {
    await time.pass(60_000);
    return work.done(
      'recordSupportVisit',
      { support: began.id, party, helps: ['STUDY', 'STUDY'], visitedAt: time.from(0), note: '情况平稳' },
      { ...police, select },
    );
  };
  for (const party of ['SELF', 'FAMILY', 'SCHOOL']) expect(await visit(party)).toMatchObject({ nextVisitDue });
  const { nextVisitDue: next, visits } = await visit('COMMUNITY');
  expect(next > nextVisitDue).toBe(true);
  expect(visits).toHaveLength(4);
  expect(visits[3]).toMatchObject({
    party: 'COMMUNITY',
    helps: ['STUDY'],
    agency: 'PUBLIC_SECURITY',
    note: '情况平稳',
  });

  expect(await work.done('endSupport', { support: began.id }, { ...police, select: 'endedOn nextVisitDue' })).toEqual({
    endedOn: today(),
    nextVisitDue: null,
  });
  expect(await dueOf(police)).not.toContain(began.id);
  expect((await work.refused('endSupport', { support: began.id }, police)).code).toBe('NOT_IN_FORCE');
  expect(await supportOf(child, police)).toHaveLength(1);
  await time.pass(31 * DAY_MILLISECONDS);
  expect(await supportOf(child, police)).toEqual([]);
});

test('a child beyond the region is refused like one who does not exist', async () => {
  for (const child of [...elsewhere, 'x'.repeat(43)]) {
    expect((await work.refused('beginSupport', { child }, police)).code).toBe('RECORD_NOT_FOUND');
  }
});

test('nobody else begins it, and is told so whether or not there is one', async () => {
  const [, child = '', without = ''] = children;
  await begin(child);
  for (const who of [county, as('education-officer', 'OWN_DUTY'), as('police-officer', 'MANDATORY_REPORT')]) {
    for (const one of [child, without]) {
      expect((await work.refused('beginSupport', { child: one }, who)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    }
    expect((await supportOf(child, who)) ?? []).toEqual([]);
    expect(await dueOf(who)).toEqual([]);
  }
});

test('(i) nothing else changes with it: no notice, proposal, assignment, figure or row beside its own', async () => {
  const [, , , child = ''] = children;
  const assessing = await work.assessing(child);
  const propose = async () => {
    const { level, basis } = await work.done('proposeRisk', { child }, { ...assessing, select: 'level basis' });
    return { level, basis };
  };
  const figures = async () =>
    (
      await ask(
        '{ protectionReport(region: "990101", quarter: "2026Q3") { byCategory { category count } } }',
        as('supervisor', 'STATISTICS'),
      )
    ).data;
  const proposed = await propose();
  const reported = await figures();
  const before = await work.contents();
  const { id } = await begin(child);
  await work.done('recordSupportVisit', { support: id, party: 'SELF', visitedAt: time.from(0) }, police);
  const changed = async () => {
    const after = await work.contents();
    return Object.keys(after).filter((table) => after[table] !== before[table]);
  };
  // And that the heads of the police and of the agencies that help have to confirm who does it.
  const own = ['due_item', 'misconduct_support', 'mutation_key', 'support_visit', 'waiting_item'];
  expect((await changed()).sort()).toEqual(own);
  expect(await propose()).toEqual(proposed);
  expect(await figures()).toEqual(reported);
  await work.done('endSupport', { support: id }, police);
  expect(await work.owner('base.notice').where({ subject_id: id })).toEqual([]);
  // A child can be assigned to 不良行为 and supported at once, or not: neither says anything of the other.
  const assigned = await work.done(
    'assignProtection',
    { child, category: 'MISCONDUCT' },
    { ...county, select: 'category' },
  );
  expect(assigned).toEqual({ category: 'MISCONDUCT' });
});

test('an overdue visit is announced to no app', async () => {
  const [, child = ''] = children;
  await time.pass(60 * DAY_MILLISECONDS);
  const overdue = work.owner('base.due_item').where({ kind: 'SUPPORT_VISIT', child_id: child });
  expect(await overdue.clone().where('due_at', '<', time.now())).toHaveLength(1);
  expect(await work.owner('work.due_item').where({ kind: 'SUPPORT_VISIT' })).toEqual([]);
});
