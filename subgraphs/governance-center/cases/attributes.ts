import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { canonicalUuid } from '../../../shared/domain/uuid';
import type { Context } from '../context';
import type { CaseChildRow, CaseRow, TaskRow } from './data';

/**
 * An unknown id: a missing row takes as many statements as an existing one, so response times do not reveal which it
 * is.
 */
export const NO_CASE = '00000000-0000-0000-0000-000000000000';

/** Without the children of the case. */
const attributesOf = ({ region, case_id, agencies }: CaseRow): ResourceAttributes => ({
  region,
  caseId: case_id,
  agencies: agencies.map(agencyNamed),
});

/** Attributes of a case for the rules; null without a row. */
export const resourceOfCase = (row: CaseRow | null): ResourceAttributes | null => row && attributesOf(row);

/** Attributes including the case's children, whom its readers see. */
export async function resourceOfCaseOnRecord(row: CaseRow, { load }: Context): Promise<ResourceAttributes> {
  return aboutChildren(row, await load.childrenOfCase.load(row.case_id));
}

/** Attributes of the case with this id, including its children; null if there is none. */
export async function resourceOfCaseNamed(id: string, { load }: Context): Promise<ResourceAttributes | null> {
  const case_id = canonicalUuid(id);
  if (case_id === null) return null;
  const [row, children] = await Promise.all([load.case.load(case_id), load.childrenOfCase.load(case_id)]);
  return row && aboutChildren(row, children);
}

function aboutChildren(row: CaseRow, children: readonly CaseChildRow[]): ResourceAttributes {
  return { ...attributesOf(row), about: children.map(({ child_id }) => child_id) };
}

/** A task can be reached through its case, a docket or its agency; its attributes are always those of its case. */
export async function resourceOfTask(row: TaskRow | null, context: Context): Promise<ResourceAttributes | null> {
  const record = await resourceOfCaseNamed(row?.case_id ?? NO_CASE, context);
  return row && record && { ...record, task: row.task_id, assignee: row.assignee };
}
