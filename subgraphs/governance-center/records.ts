import type { ResourceAttributes } from '../../shared/access/compile';
import { agencyNamed } from '../../shared/domain/agencies';
import { CHILD_ID } from '../../shared/domain/child-id';
import { REGION_CODE } from '../../shared/domain/regions';
import { failure } from '../../shared/protocol/errors';
import { resourceOfChild } from '../../shared/subgraph/child-reference';
import type { RowOfChild } from '../../shared/subgraph/rows/keyed-rows';
import type { Context } from './context';
import type {
  CaseChildRow,
  CaseRow,
  ClueRow,
  ConfirmationRow,
  DueItemRow,
  EmergencyUseRow,
  JointMeetingRow,
  ParticipationRow,
  ProtectionAssignmentRow,
  TaskRow,
} from './data';
import { milliseconds } from './procedures/duration';
import type { Practices } from './procedures/practices';

/** What rules may look at of what the governance centre keeps. */

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const byUuid = <Row>(loader: { load(id: string): Promise<Row | null> }, id: string): Promise<Row | null> =>
  UUID.test(id) ? loader.load(id.toLowerCase()) : Promise.resolve(null);

export const childRecord = async (id: string, { load }: Context): Promise<ResourceAttributes | null> =>
  CHILD_ID.test(id) ? resourceOfChild(await load.child.load(id)) : null;

/** Ids of nothing: what does not exist is looked up in as many statements as what does, so that the time tells neither. */
const NO_CHILD = '-'.repeat(43);
const NO_CASE = '00000000-0000-0000-0000-000000000000';

/** What a row about a child is decided by. */
export async function resourceOfChildIn<Row extends RowOfChild>(
  row: Row | null,
  context: Context,
): Promise<ResourceAttributes | null> {
  const record = await childRecord(row?.child_id ?? NO_CHILD, context);
  return row && record;
}

/** @throws CODE_UNKNOWN where there is no such region. */
export async function regionRecord(code: string, { load }: Context): Promise<ResourceAttributes> {
  const region = REGION_CODE.test(code) ? await load.region.load(code) : null;
  if (region === null) throw failure('CODE_UNKNOWN', undefined, { argument: 'input.region' });
  return { region: region.code };
}

const caseRecord = ({ region, case_id, agencies }: CaseRow): ResourceAttributes => ({
  region,
  caseId: case_id,
  agencies: agencies.map(agencyNamed),
});

export const resourceOfCase = (row: CaseRow | null): ResourceAttributes | null => row && caseRecord(row);

/** With the children whom the case is about: whoever reads it reads of them. */
export async function resourceOfCaseOnRecord(row: CaseRow, { load }: Context): Promise<ResourceAttributes> {
  return aboutChildren(row, await load.childrenOfCase.load(row.case_id));
}

/** The same of a case that a request names. */
export async function resourceOfCaseNamed(id: string, { load }: Context): Promise<ResourceAttributes | null> {
  if (!UUID.test(id)) return null;
  const case_id = id.toLowerCase();
  const [row, children] = await Promise.all([load.case.load(case_id), load.childrenOfCase.load(case_id)]);
  return row && aboutChildren(row, children);
}

function aboutChildren(row: CaseRow, children: readonly CaseChildRow[]): ResourceAttributes {
  return { ...caseRecord(row), about: children.map(({ child_id }) => child_id) };
}

/** A task is reached through its case, through a docket, and by its agency: it belongs to its case every way. */
export async function resourceOfTask(row: TaskRow | null, context: Context): Promise<ResourceAttributes | null> {
  const record = await resourceOfCaseNamed(row?.case_id ?? NO_CASE, context);
  return row && record && { ...record, assignee: row.assignee };
}

export const resourceOfMeeting = (row: JointMeetingRow | null): ResourceAttributes | null =>
  row && { region: row.region, meeting: row.meeting_id, agencies: row.agencies.map(agencyNamed) };

export const resourceOfClue = (row: ClueRow | null): ResourceAttributes | null =>
  row && { region: row.region, child: row.child_id, caseId: row.case_id };

/** What a reporter may ask about goes by where it was reported. */
export const resourceOfReceipt = (row: ClueRow | null): ResourceAttributes | null =>
  row && { region: row.reported_region ?? row.region };

export async function resourceOfAssignment(
  row: ProtectionAssignmentRow | null,
  context: Context,
): Promise<ResourceAttributes | null> {
  const child = await resourceOfChildIn(row, context);
  return row && child && { ...child, leadAgency: agencyNamed(row.lead_agency) };
}

export const resourceOfDueItem = (row: DueItemRow | null): ResourceAttributes | null =>
  row && { region: row.region, child: row.child_id, caseId: row.case_id, assignee: row.assignee, due: row.kind };

/** Of where the child lived then: a use stays with the supervisors there. */
export const resourceOfUse = (row: EmergencyUseRow | null): ResourceAttributes | null =>
  row && { region: row.region, child: row.child_id };

/** A case or meeting, as a request names it. */
export interface Referred {
  readonly kind: 'CASE' | 'MEETING';
  readonly id: string;
}

/** A case or meeting, as responsible persons of its agencies say who takes part. */
export async function resourceOfReference(
  { kind, id }: Referred,
  { load }: Context,
): Promise<ResourceAttributes | null> {
  return kind === 'CASE'
    ? resourceOfCase(await byUuid(load.case, id))
    : resourceOfMeeting(await byUuid(load.meeting, id));
}

export const resourceOfParticipation = (row: ParticipationRow | null): ResourceAttributes | null =>
  row && { region: row.region, agencies: row.agencies };

/** By what the caller takes part in a case or meeting for their agency; null where nobody has confirmed it, or not any more. */
export async function confirmationOf(
  { kind, id }: Referred,
  { access, load }: Context,
): Promise<ConfirmationRow | null> {
  if (!UUID.test(id)) return null;
  const parts = await (kind === 'CASE' ? load.partsInCase : load.partsInMeeting).load(id.toLowerCase());
  const { sub, agency } = access.caller;
  const own = parts.find(
    (part) => part.withdrawn_at === null && part.officer === sub && agencyNamed(part.agency) === agency,
  );
  return own ?? null;
}

/**
 * A case or meeting, as a caller who gives it as reference has to do with it. The same is looked up whether or not it exists.
 */
export async function resourceOfReferred(referred: Referred, context: Context): Promise<ResourceAttributes | null> {
  const { kind, id } = referred;
  const { load } = context;
  const [record, confirmation] = await Promise.all([
    kind === 'CASE'
      ? byUuid(load.case, id).then((row) => resourceOfReferredCase(row, context))
      : byUuid(load.meeting, id).then((row) => resourceOfReferredMeeting(row, context)),
    confirmationOf(referred, context),
  ]);
  return record && { ...record, confirmed: confirmation !== null };
}

/** What a case opens depends on it: some time after it is closed, nothing. */
function resourceOfReferredCase(row: CaseRow | null, { settings, now }: Context): ResourceAttributes | null {
  const record = resourceOfCase(row);
  if (row === null || record === null) return null;
  const { closesAfter } = settings.practices.for(row.region, now).cases;
  const open = row.closed_at === null || now.getTime() < row.closed_at.getTime() + milliseconds(closesAfter);
  return { ...record, open };
}

async function resourceOfReferredMeeting(
  row: JointMeetingRow | null,
  { access, load, settings, now }: Context,
): Promise<ResourceAttributes | null> {
  if (row === null) return null;
  const { caller } = access;
  const asked = (await load.attendees.load(row.meeting_id)).filter(
    ({ agency }) => agencyNamed(agency) === caller.agency,
  );
  // Where nobody is asked by name, whoever is a member for the agency may attend; clerks keep the minutes of all.
  const named = asked.length === 0 || caller.roles.includes('meeting-clerk');
  const { opensAt, closesAt } = windowOf(row, settings.practices, now);
  return {
    ...resourceOfMeeting(row),
    region: row.region,
    attends:
      row.agencies.map(agencyNamed).includes(caller.agency) &&
      (named || asked.some(({ officer }) => officer === caller.sub)),
    open: opensAt <= now && now < closesAt,
  };
}

/** When a meeting opens what is on its docket. */
export function windowOf(
  { held_at, region }: JointMeetingRow,
  practices: Practices,
  now: Date,
): { readonly opensAt: Date; readonly closesAt: Date } {
  const { meetings } = practices.for(region, now);
  return {
    opensAt: new Date(held_at.getTime() - milliseconds(meetings.opensBefore)),
    closesAt: new Date(held_at.getTime() + milliseconds(meetings.closesAfter)),
  };
}
