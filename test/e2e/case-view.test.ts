import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { PROJECT } from '../../shared/config/project-root';
import type { Agency } from '../../shared/domain/agencies';
import { addDays, at } from '../../shared/domain/dates';
import { type CaseWork, startCaseWork } from '../support/case-work';
import { TEST_DISTRICT } from '../support/databases';
import { FULL_CHILD, insertFullChild } from '../support/full-child';
import type { TestSystem } from '../support/system';

// The operations of examples/case-view.graphql.

const VIEWS = readFileSync(join(PROJECT, 'examples/case-view.graphql'), 'utf8');
const LARGEST_DOCKET = 50;
/** Statements of the whole record and the meeting's data, one per kind of row. */
const MOST_STATEMENTS = 60;

let work: CaseWork;
let system: TestSystem;
const meetings: { readonly id: string; readonly cases: number }[] = [
  { id: 'fc000000-0000-8000-8000-0000000000a1', cases: 1 },
  { id: 'fc000000-0000-8000-8000-0000000000a2', cases: LARGEST_DOCKET },
];

beforeAll(async () => {
  work = await startCaseWork('case_view');
  system = work.system;
  await insertFullChild('governance-center', work.database);
  const db = work.owner;
  const children: string[] = await db('base.child')
    .where('region', 'like', '990101%')
    // Cases about a child whose place is protected lie in the county, whose name takes no further statement there.
    .where({ location_protected: false })
    .orderBy('child_id')
    .pluck('child_id');
  for (const [index, child_id] of children.slice(0, LARGEST_DOCKET).entries()) {
    await db('base.case_file').insert({
      case_id: caseId(index),
      number: `990101-议-${index}`,
      kind: '一般',
      level: 'ORANGE',
      region: '990101001',
      step: 'REFERRED',
      due_at: at(addDays(TEST_DISTRICT.today, -1), '18:00'),
      agencies: ['GOVERNANCE_CENTER'],
      // Older than any other, so that the newest cases of the district stay the generator's.
      opened_at: at('2019-01-06', '09:30'),
      version: 1,
    });
    await db('base.case_child').insert({ case_id: caseId(index), child_id });
  }
  for (const { id, cases } of meetings) {
    await db('base.joint_meeting').insert({
      meeting_id: id,
      kind: 'CASE_CONFERENCE',
      held_at: at(addDays(TEST_DISTRICT.today, -21), '09:00'),
      region: '990101',
      agencies: ['GOVERNANCE_CENTER', 'EDUCATION'],
    });
    for (let index = 0; index < cases; index += 1) {
      await db('base.docket_item').insert({ meeting_id: id, position: index, case_id: caseId(index) });
    }
    await work.confirm('MEETING', id, 'education-member');
  }
});

afterAll(() => work.close());

test('the case views are one valid document', () => {
  expect(parse(VIEWS).definitions.map((definition) => 'name' in definition && definition.name?.value)).toEqual([
    'CaseView',
    'DocketView',
    'CaseFacts',
    'ChildSections',
  ]);
});

test('a member sees a case with every agency’s section that the meeting opens, with late items marked', async () => {
  const { body } = await system.ask(VIEWS, {
    as: 'education-member',
    purpose: 'JOINT_MEETING',
    reference: `meeting/${FULL_CHILD.meetings.conference.id}`,
    operationName: 'CaseView',
    variables: { id: FULL_CHILD.case.id },
  });
  expect(body.extensions.access.unavailable).toEqual([]);
  const { case: seen } = body.data;
  expect(seen).toMatchObject({ number: FULL_CHILD.case.number, step: 'REFERRED', overdue: false });
  expect(seen.tasks).toEqual([expect.objectContaining({ id: FULL_CHILD.task.id, overdue: true })]);
  const [child] = seen.children;
  expect(child).toMatchObject({
    id: FULL_CHILD.id,
    risk: { level: 'ORANGE' },
    identity: { fullName: '欧阳全例', idNumber: null, age: expect.any(Number) },
    policeIncidents: [{ receiptNumber: 'J-全-0001' }],
    welfare: { categories: ['HARDSHIP'] },
    enrolment: { school: '全例学校' },
    victimSupport: { needs: ['全例救助需求'] },
    safetyOfficer: { name: '全例安全员' },
  });
  expect(body.extensions.access.denied.map(({ coordinate }: { coordinate: string }) => coordinate)).toEqual([
    'Identity.idNumber',
  ]);
});

test('a docket of 50 children needs as many sub-requests and statements as a docket of 1', async () => {
  const one = await look(meetings[0]?.id);
  const fifty = await look(meetings[1]?.id);
  expect([one.children, fifty.children]).toEqual([1, LARGEST_DOCKET]);
  expect(fifty.subRequests).toEqual(one.subRequests);
  expect(fifty.statements).toEqual(one.statements);
  expect(Object.values(fifty.subRequests).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(7);
  expect(Object.values(fifty.statements).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MOST_STATEMENTS);
});

// Private:

const caseId = (index: number): string => `fc000000-0000-8000-8000-00000000a${String(index).padStart(3, '0')}`;

/** Requests a whole docket and counts statements and sub-requests, without those of the cached grant. */
async function look(meeting: string | undefined) {
  const ask = () =>
    system.ask(VIEWS, {
      as: 'education-member',
      purpose: 'JOINT_MEETING',
      reference: `meeting/${meeting}`,
      operationName: 'DocketView',
      variables: { meeting },
    });
  await ask();
  system.forget();
  const { body } = await ask();
  expect(body.extensions.access.unavailable).toEqual([]);
  const count = (of: readonly { readonly agency: Agency }[]) => {
    const counts: Record<string, number> = {};
    for (const { agency } of of) counts[agency] = (counts[agency] ?? 0) + 1;
    return counts;
  };
  const docket: readonly { case: { children: readonly { identity: unknown }[] } }[] = body.data.jointMeeting.docket;
  return {
    children: docket.flatMap(({ case: { children } }) => children).filter(({ identity }) => identity !== null).length,
    subRequests: count(system.subRequests),
    statements: count(system.statements),
  };
}
