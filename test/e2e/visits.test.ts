import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { addDays, addMonths, todayInChina } from '../../shared/domain/dates';
import { dutyId } from '../../subgraphs/governance-center/duties/seed';
import {
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
} from '../support/case-work';
import { TEST_DISTRICT } from '../support/databases';
import { demoCaller } from '../support/identity-provider';
import type { AskOptions, Reply } from '../support/system';

// 走访, 未成年人保护法 art. 43: a duty of visits opens the children whom its officer is to visit, and nobody else of the village.

const VILLAGE = '990101001001';
const MOST = 12;

let time: PassingTime;
let directory: string;
let work: CaseWork;
beforeAll(async () => {
  time = passingTime();
  directory = await mkdtemp(join(tmpdir(), 'visits-'));
  const file = join(directory, 'practices.yaml');
  const practices = await readFile(join(PROJECT, 'subgraphs/governance-center/procedures/practices.yaml'), 'utf8');
  // One region has a short list.
  const short = `
  - id: 990101002/2020-1
    region: '990101002'
    from: 2020-01-01
    basedOn: 99/2020-1
    openings:
      assessments: { perDay: 30, lasts: 7d }
      visits: { perDay: 60, listed: 14d, after: 7d, most: ${MOST} }
      welfare: { perDay: 40 }
      recipients: { perDay: 30 }
      release: { atMost: 20, until: endOfDay }
`;
  await writeFile(file, `${practices}\n${short}`);
  work = await startCaseWork('visits', time.clock, { PRACTICES_FILE: file });
});
afterAll(async () => {
  await work.close();
  await rm(directory, { recursive: true });
  time.restore();
});

const today = () => todayInChina(time.now().getTime());
const dutyOf = (officer: string) => `visits/${dutyId(TEST_DISTRICT, 'VISITS', officer)}`;
const visiting = (as = 'child-director', reference = dutyOf(as)): AskOptions => ({ as, purpose: 'VISIT', reference });

const CHILDREN = '{ children(first: 200) { totalCount nodes { id } } }';
async function listed(options: AskOptions = visiting()): Promise<readonly string[]> {
  const { body } = await work.system.ask(CHILDREN, options);
  return body.data.children.nodes.map(({ id }: { id: string }) => id).toSorted();
}
const statusOf = async (options: AskOptions) => (await work.system.ask(CHILDREN, options)).status;
const whole = ({ status, headers, text }: Reply) =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'), text]);

/** The children to visit in a region, from the tables. */
async function toVisit(region: string): Promise<readonly string[]> {
  const { rows } = await work.owner.raw(
    `select child_id from base.child where region like ? and (
       exists (select from base.protection_assignment as held where held.child_id = child.child_id
         and category = 'ORPHAN_OR_HARDSHIP' and ended_on is null)
       or exists (select from base.village_notice as notice where notice.child_id = child.child_id
         and ended_on is null and until >= ?::date)
       or exists (select from base.risk_assessment as risk where risk.child_id = child.child_id
         and in_force and next_visit_due <= ?::date))`,
    [`${region}%`, today(), addDays(today(), 14)],
  );
  return rows.map(({ child_id }: { child_id: string }) => child_id).toSorted();
}

/** A child without any data. */
async function newChild(region = VILLAGE): Promise<string> {
  const child_id = randomBytes(32).toString('base64url');
  await work.owner('base.child').insert({ child_id, region });
  return child_id;
}

const assign = (child_id: string, category: string, more: object = {}) =>
  work.owner('base.protection_assignment').insert({
    child_id,
    category,
    lead_agency: 'CIVIL_AFFAIRS',
    since: '2026-01-02',
    next_visit_due: today(),
    ...more,
  });

/** Notifies the village of violence, until a day. */
const notify = (child_id: string, until: string, more: object = {}) =>
  work.owner('base.village_notice').insert({
    notice_id: randomUUID(),
    child_id,
    kind: 'WARNING',
    agency: 'PUBLIC_SECURITY',
    notified_at: time.now(),
    notified_by: 'police-officer',
    until,
    next_visit_due: today(),
    ...more,
  });

/** A child with a risk assessment whose next visit is due in so many days. */
async function childToVisit(dueInDays: number, region = VILLAGE): Promise<string> {
  const child_id = await newChild(region);
  await work.owner('base.risk_assessment').insert({
    child_id,
    level: 'YELLOW',
    basis: ['综合研判'],
    assessed_at: time.now(),
    confirmed_by: 'somebody',
    next_visit_due: addDays(today(), dueInDays),
    in_force: true,
    assessment_key: randomUUID(),
  });
  return child_id;
}

/** Lets the gateway forget what the duty covers. */
const later = () => time.pass(HALF_A_MINUTE);

describe('a duty of visits', () => {
  test('covers the children on the books of the village, and those whose visit is due or late: no others', async () => {
    const [assigned, notified, past, ended] = [await newChild(), await newChild(), await newChild(), await newChild()];
    await assign(assigned, 'ORPHAN_OR_HARDSHIP', { next_visit_due: addDays(today(), 60) });
    await notify(notified, today());
    await notify(past, addDays(today(), -1));
    await notify(ended, addDays(today(), 30), { ended_on: today(), next_visit_due: null });
    await newChild();
    const children = await listed();
    expect(children).toEqual(await toVisit(VILLAGE));
    expect(children).toEqual(expect.arrayContaining([assigned, notified]));
    for (const other of [past, ended]) expect(children).not.toContain(other);
  });

  test('covers a risk visit from fourteen days before it is due', async () => {
    const [due, late, far] = [await childToVisit(14), await childToVisit(-40), await childToVisit(15)];
    await later();
    const children = await listed();
    expect(children).toEqual(expect.arrayContaining([due, late]));
    expect(children).not.toContain(far);
    await time.pass(DAY_MILLISECONDS);
    expect(await listed()).toContain(far);
  });

  test('does not cover assignments that the officer’s role does not visit, or that have ended', async () => {
    const [single, ended, undated] = [await newChild(), await newChild(), await newChild()];
    await assign(single, 'SINGLE_PARENT');
    await assign(ended, 'ORPHAN_OR_HARDSHIP', { ended_on: '2026-02-02', next_visit_due: null });
    await assign(undated, 'ORPHAN_OR_HARDSHIP', { next_visit_due: null });
    await later();
    const children = await listed();
    expect(children).toContain(undated);
    expect(children).not.toContain(single);
    expect(children).not.toContain(ended);
  });

  test('covers the officer’s own visits of the last seven days, to write them up', async () => {
    const child = await childToVisit(0);
    await later();
    await work.done('recordVisit', { child, visitedAt: time.now().toISOString() }, visiting());
    await later();
    // The next visit is due in a month.
    expect(await listed()).toContain(child);
    expect(await listed(visiting('town-case-worker'))).not.toContain(child);
    await time.pass(7 * DAY_MILLISECONDS);
    expect(await listed()).toContain(child);
    await time.pass(DAY_MILLISECONDS);
    expect(await listed()).not.toContain(child);
  });

  test('lists due visits of these children only', async () => {
    const { body } = await work.system.ask(
      '{ dueItems(first: 200) { totalCount nodes { kind child { id } region { code } } } }',
      visiting(),
    );
    const { nodes, totalCount } = body.data.dueItems;
    expect(totalCount).toBe(nodes.length);
    const children = await listed();
    for (const { kind, child } of nodes) {
      expect(['VISIT', 'PROTECTION_VISIT', 'WARNING_VISIT', 'ORDER_VISIT']).toContain(kind);
      expect(children).toContain(child.id);
    }
    expect(nodes.length).toBeGreaterThan(2);
  });

  test('covers no more than the practice allows, the earliest due first', async () => {
    const officer = 'another-officer';
    for (let due = MOST + 2; due > 0; due--) await childToVisit(due - 5, '990101002001');
    const today_ = today();
    const { id } = await work.done(
      'confirmDuty',
      { officer, kind: 'VISITS', region: '990101002', from: today_, until: addMonths(today_, 1) },
      { as: 'centre-head', purpose: 'OWN_DUTY', select: 'id' },
    );
    const caller = { ...demoCaller('county-case-worker'), sub: officer };
    const { body } = await work.system.post(JSON.stringify({ query: CHILDREN }), {
      authorization: `Bearer ${work.system.identityProvider.token(caller)}`,
      'access-purpose': 'VISIT',
      'access-reference': `visits/${id}`,
    });
    const { rows } = await work.owner.raw(
      `select child_id from (
         select child_id, next_visit_due from base.risk_assessment where in_force and next_visit_due <= ?::date
         union all
         select child_id, next_visit_due from base.protection_assignment
           where category = 'ORPHAN_OR_HARDSHIP' and ended_on is null
         union all
         select child_id, next_visit_due from base.village_notice where ended_on is null and until >= ?::date
       ) as due join base.child using (child_id) where region like '990101002%'
       group by child_id order by min(next_visit_due) nulls last, child_id limit ?`,
      [addDays(today_, 14), today_, MOST],
    );
    expect(rows).toHaveLength(MOST);
    expect(body.data.children.nodes.map(({ id: child }: { id: string }) => child).toSorted()).toEqual(
      rows.map(({ child_id }: { child_id: string }) => child_id).toSorted(),
    );
  });
});

test('a list of visits is among the own parts of its officer, until the duty ends', async () => {
  const listed = async (as: string) => {
    const query = '{ ownParts(first: 200) { nodes { kind reference label until } } }';
    const { body } = await work.system.ask(query, { as, purpose: 'OWN_DUTY' });
    return body.data.ownParts.nodes.filter(({ kind }: { kind: string }) => kind === 'VISITS');
  };
  for (const officer of ['child-director', 'town-case-worker']) {
    const reference = dutyOf(officer);
    expect(await listed(officer)).toEqual([
      { kind: 'VISITS', reference, label: '走访名单', until: expect.any(String) },
    ]);
    expect(await statusOf(visiting(officer))).toBe(200);
  }
  expect(await listed('education-officer')).toEqual([]);
  const officer = 'second-child-director';
  const { id } = await work.done(
    'confirmDuty',
    { officer, kind: 'VISITS', region: '990101001002', from: today(), until: addDays(today(), 1) },
    { as: 'civil-affairs-head', purpose: 'OWN_DUTY', select: 'id' },
  );
  const until = new Date(`${addDays(today(), 2)}T00:00:00+08:00`).toISOString();
  expect(await listed(officer)).toContainEqual(expect.objectContaining({ reference: `visits/${id}`, until }));
  await time.passTo(new Date(until));
  expect(await listed(officer)).not.toContainEqual(expect.objectContaining({ reference: `visits/${id}` }));
});

describe('a duty of visits is refused, like one that does not exist,', () => {
  test('to others, of another kind, and in another region than the officer’s', async () => {
    const moved = { ...demoCaller('child-director'), region: '990101001002' };
    const [others, kind, elsewhere, unknown] = [
      await work.system.ask(CHILDREN, visiting('second-child-director', dutyOf('child-director'))),
      await work.system.ask(
        CHILDREN,
        visiting('town-case-worker', `visits/${dutyId(TEST_DISTRICT, 'ASSESSMENT', 'town-case-worker')}`),
      ),
      await work.system.post(JSON.stringify({ query: CHILDREN }), {
        authorization: `Bearer ${work.system.identityProvider.token(moved)}`,
        'access-purpose': 'VISIT',
        'access-reference': dutyOf('child-director'),
      }),
      await work.system.ask(CHILDREN, visiting('child-director', `visits/${randomUUID()}`)),
    ];
    expect(unknown.body.errors[0].extensions.code).toBe('ACCESS_REFERENCE_REFUSED');
    for (const refused of [others, kind, elsewhere]) expect(whole(refused)).toBe(whole(unknown));
  });

  test('with the same sub-requests and SQL', async () => {
    const asked = async (reference: string) => {
      work.system.forget();
      await work.system.ask(CHILDREN, visiting('second-child-director', reference));
      return [work.system.subRequests.map(({ agency }) => agency), work.system.statements.map(({ sql }) => sql).sort()];
    };
    expect(await asked(dutyOf('child-director'))).toEqual(await asked(`visits/${randomUUID()}`));
  });

  test('before and after its term, and half a minute after it is withdrawn', async () => {
    const confirm = (from: string, until: string) =>
      work.done(
        'confirmDuty',
        { officer: 'second-child-director', kind: 'VISITS', region: '990101001002', from, until },
        { as: 'civil-affairs-head', purpose: 'OWN_DUTY', select: 'id' },
      );
    const { id } = await confirm(addDays(today(), 1), addDays(today(), 2));
    const by = visiting('second-child-director', `visits/${id}`);
    expect(await statusOf(by)).toBe(403);
    await time.pass(DAY_MILLISECONDS);
    expect(await statusOf(by)).toBe(200);
    await time.pass(2 * DAY_MILLISECONDS);
    expect(await statusOf(by)).toBe(403);
    const next = await confirm(today(), addDays(today(), 2));
    const then = visiting('second-child-director', `visits/${next.id}`);
    expect(await statusOf(then)).toBe(200);
    await work.done('withdrawDuty', { duty: next.id }, { as: 'town-protection-head', purpose: 'OWN_DUTY' });
    await later();
    expect(await statusOf(then)).toBe(403);
  });
});
