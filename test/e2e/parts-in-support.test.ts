import { randomUUID } from 'node:crypto';
import { addDays, todayInChina } from '../../shared/domain/dates';
import {
  byHeadOf,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
} from '../support/case-work';
import { type AskOptions, as } from '../support/system';

// Who helps a child after misconduct is named by the police, confirmed one by one, and knows of this child alone.

let time: PassingTime;
let work: CaseWork;
let child: string;
let other: string;
let id: string;
beforeAll(async () => {
  time = passingTime(new Date(`${todayInChina()}T10:00:00+08:00`));
  work = await startCaseWork('parts_in_support', time.clock);
  // Those of the village whom nobody supports yet.
  [child = '', other = ''] = await work
    .owner('base.child')
    .whereLike('region', '990101001001%')
    .whereNotIn('child_id', work.owner('base.misconduct_support').select('child_id'))
    .orderBy('child_id')
    .limit(2)
    .pluck('child_id');
  for (const one of [child, other]) {
    const helpers = ['EDUCATION', 'CIVIL_AFFAIRS', 'GOVERNANCE_CENTER'];
    const begun = await work.done('beginSupport', { child: one, helpers }, { ...police, select: 'id' });
    if (one === child) id = begun.id;
  }
});
afterAll(async () => {
  await work?.close();
  time?.restore();
});

const police = as('police-officer', 'OWN_DUTY');
const helping = (name: string): AskOptions => ({ as: name, purpose: 'WELFARE_SERVICE', reference: `protection/${id}` });
const ask = async (query: string, options: AskOptions) => (await work.system.ask(query, options)).body;
const supportsSeenBy = async (options: AskOptions) => {
  const body = await ask(
    `{ one: child(id: "${child}") { misconductSupport { id } } two: child(id: "${other}") { misconductSupport { id } } }`,
    options,
  );
  return body.data === undefined ? body.errors[0].extensions.code : [body.data.one, body.data.two];
};
const confirm = (officer: string) =>
  work.done('confirmParticipation', { kind: 'PROTECTION', id, officer }, byHeadOf(officer));

const HELPERS = ['police-officer', 'education-officer', 'child-director', 'county-case-worker'];

test.each(HELPERS)('%s knows of it only when confirmed for it', async (name) => {
  expect(await supportsSeenBy(helping(name))).toBe('ACCESS_REFERENCE_REFUSED');
  await confirm(name);
  expect(await supportsSeenBy(helping(name))).toEqual([{ misconductSupport: [{ id }] }, null]);
  const visited = await work.done(
    'recordSupportVisit',
    { support: id, party: 'SELF', visitedAt: time.from(0), note: '情况平稳' },
    { ...helping(name), select: 'visits { by }' },
  );
  expect(visited.visits.length).toBe(HELPERS.indexOf(name) + 1);
});

test('no standing duty opens it, whatever it covers, and none takes it off the list of what waits', async () => {
  const duty = {
    officer: 'second-education-officer',
    kind: 'WELFARE',
    region: '990101',
    categories: ['MISCONDUCT', 'SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED'],
    from: todayInChina(time.now().getTime()),
    until: addDays(todayInChina(time.now().getTime()), 100),
  };
  await work.done('confirmDuty', duty, byHeadOf(duty.officer));
  expect(await supportsSeenBy(helping(duty.officer))).toBe('ACCESS_REFERENCE_REFUSED');
  const { data } = await ask('{ ownParts(first: 200) { nodes { reference } } }', as(duty.officer, 'OWN_DUTY'));
  expect(data.ownParts.nodes).not.toContainEqual({ reference: `protection/${id}` });
  const waits = await ask(
    '{ confirmationsWaiting(first: 200, filter: { kinds: [PROTECTION] }) { nodes { referenceId label officer } } }',
    byHeadOf(duty.officer),
  );
  const [own] = await work.owner('base.misconduct_support').where({ child_id: other });
  expect(waits.data.confirmationsWaiting.nodes).toContainEqual({
    referenceId: own.support_id,
    label: `包保帮扶 ${own.support_id.slice(0, 8)}`,
    officer: null,
  });
});

test('no agency that is not named has a part in it', async () => {
  const refused = await work.refused(
    'confirmParticipation',
    { kind: 'PROTECTION', id, officer: 'justice-bureau-officer' },
    byHeadOf('justice-bureau-officer'),
  );
  expect(refused.code).toBe('RECORD_NOT_FOUND');
  expect(await supportsSeenBy(helping('justice-bureau-officer'))).toBe('ACCESS_REFERENCE_REFUSED');
});

test('a part in it looks like a part in an assignment, in every list', async () => {
  const [{ assignment_id }] = await work
    .owner('base.protection_assignment')
    .join('base.child', 'child.child_id', 'protection_assignment.child_id')
    .where({ category: 'ORPHAN_OR_HARDSHIP' })
    .whereLike('region', '990101%')
    .limit(1);
  await work.done(
    'confirmParticipation',
    { kind: 'PROTECTION', id: assignment_id, officer: 'civil-affairs-officer' },
    byHeadOf('civil-affairs-officer'),
  );
  await confirm('civil-affairs-officer');
  const parts =
    '{ participations(filter: { officer: "civil-affairs-officer", kind: PROTECTION }) { nodes { kind title } } }';
  const { nodes } = (await ask(parts, byHeadOf('civil-affairs-officer'))).data.participations;
  const titles = nodes.map(({ title }: { title: string }) => title);
  const labels = [id, assignment_id].map((one) => `包保帮扶 ${one.slice(0, 8)}`);
  expect(titles).toEqual(expect.arrayContaining(labels));
  expect(new Set(nodes.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['PROTECTION']));
});

test('the heads of all agencies that help see that a confirmation waits', async () => {
  const waiting = await work.owner('base.waiting_item').where({ kind: 'PROTECTION' }).whereNot({ reference_id: id });
  const [own] = await work.owner('base.misconduct_support').where({ child_id: other });
  const agencies = waiting.filter(({ reference_id }) => reference_id === own.support_id).map(({ agency }) => agency);
  expect(agencies.sort()).toEqual(['CIVIL_AFFAIRS', 'EDUCATION', 'GOVERNANCE_CENTER', 'PUBLIC_SECURITY']);
});

test('its parts end within 30 seconds of their withdrawal', async () => {
  const part = { kind: 'PROTECTION', id, officer: 'child-director' };
  await work.done('withdrawParticipation', part, byHeadOf('child-director'));
  await time.pass(HALF_A_MINUTE);
  expect(await supportsSeenBy(helping('child-director'))).toBe('ACCESS_REFERENCE_REFUSED');
});

test('it closes to all who helped some time after its end', async () => {
  await work.done('endSupport', { support: id }, police);
  expect(await supportsSeenBy(helping('education-officer'))).toEqual([{ misconductSupport: [{ id }] }, null]);
  await time.pass(31 * DAY_MILLISECONDS);
  expect(await supportsSeenBy(helping('education-officer'))).toBe('ACCESS_REFERENCE_REFUSED');
});

test('it is refused like what does not exist, with the same sub-requests and SQL', async () => {
  const asked = async (reference: string) => {
    work.system.forget();
    const { status, text } = await work.system.ask('{ children { totalCount } }', {
      ...as('second-education-officer', 'WELFARE_SERVICE'),
      reference,
    });
    return [status, text, work.system.statements.map(({ sql }) => sql).sort()];
  };
  expect(await asked(`protection/${id}`)).toEqual(await asked(`protection/${randomUUID()}`));
});

test('nobody takes part in what does not exist', async () => {
  const part = { officer: 'somebody', agency: 'EDUCATION', confirmed_by: 'head', confirmed_at: time.now() };
  const none = '00000000-0000-4000-8000-000000000001';
  const added = work.owner('base.participation').insert({ participation_id: none, assignment_id: none, ...part });
  await expect(added).rejects.toMatchObject({ code: '23503' });
});
