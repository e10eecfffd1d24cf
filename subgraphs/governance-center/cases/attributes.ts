import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { canonicalUuid } from '../../../shared/domain/uuid';
import type { Context } from '../context';
import type { CaseChildRow, CaseRow, TaskRow } from './data';

/** An id of nothing: what does not exist is looked up in as many statements as what does, so that the time tells neither. */
const NO_CASE = '00000000-0000-0000-0000-000000000000';

/** Without the children whom it is about. */
const attributesOf = ({ region, case_id, agencies }: CaseRow): ResourceAttributes => ({
  region,
  caseId: case_id,
  agencies: agencies.map(agencyNamed),
});

/** Attributes of a case for the rules; null for none. */
export const resourceOfCase = (row: CaseRow | null): ResourceAttributes | null => row && attributesOf(row);

/** The same with the children whom the case is about: its readers read of them. */
export async function resourceOfCaseOnRecord(row: CaseRow, { load }: Context): Promise<ResourceAttributes> {
  return aboutChildren(row, await load.childrenOfCase.load(row.case_id));
}

/** The same of a case that a request names by its id. */
export async function resourceOfCaseNamed(id: string, { load }: Context): Promise<ResourceAttributes | null> {
  const case_id = canonicalUuid(id);
  if (case_id === null) return null;
  const [row, children] = await Promise.all([load.case.load(case_id), load.childrenOfCase.load(case_id)]);
  return row && aboutChildren(row, children);
}

function aboutChildren(row: CaseRow, children: readonly CaseChildRow[]): ResourceAttributes {
  return { ...attributesOf(row), about: children.map(({ child_id }) => child_id) };
}

/** A task is reached through its case, through a docket, and by its agency: it belongs to its case every way. */
export async function resourceOfTask(row: TaskRow | null, context: Context): Promise<ResourceAttributes | null> {
  const record = await resourceOfCaseNamed(row?.case_id ?? NO_CASE, context);
  return row && record && { ...record, assignee: row.assignee };
}
