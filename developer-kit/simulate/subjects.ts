import { connect } from '../../shared/db/connect';
import type { Caller } from '../../shared/domain/caller';
import { childIds } from '../../shared/domain/child-id';
import { children } from '../../shared/synthetic/district';
import type { DistrictData, DistrictSystem } from './district-system';
import type { Profile } from './profile';
import type { Subject, SubjectKind } from './replayable-operation';

export interface Subjects extends Readonly<Record<SubjectKind, readonly Subject[]>> {
  readonly task: readonly Subject[];
  readonly protection: readonly Subject[];
}

/** All children, cases, meetings, tasks and assignments of the synthetic district. */
export async function subjectsOf({ district, childIds: options, databases }: DistrictData): Promise<Subjects> {
  const ids = childIds(options);
  const url = databases.get('governance-center')?.ownerUrl;
  if (url === undefined) throw new Error('There is no connection to the database of governance-center.');
  const db = connect(url, { poolSize: 1, statementTimeout: 10_000 });
  try {
    const cases: string[] = await db('base.case_child').distinct('case_id').orderBy('case_id').pluck('case_id');
    const meetings: string[] = await db('base.joint_meeting').orderBy('held_at', 'desc').pluck('meeting_id');
    const tasks: string[] = await db('base.task').orderBy('task_id').pluck('task_id');
    const assignments: string[] = await db('base.protection_assignment')
      .orderBy('assignment_id')
      .pluck('assignment_id');
    return {
      child: [...children(district)].map(({ person: { idNumber } }) => ({ id: ids.derive(idNumber), idNumber })),
      case: cases.map((id) => ({ id })),
      meeting: meetings.map((id) => ({ id })),
      task: tasks.map((id) => ({ id })),
      protection: assignments.map((id) => ({ id })),
    };
  } finally {
    await db.destroy();
  }
}

const TRIED_REFERENCES = 40;
const USED_REFERENCES = 3;

/**
 * References that the caller takes part in, as sent in requests; `[undefined]` for a purpose without reference, and none
 * of kinds that nobody in the synthetic district has.
 */
export async function referencesFor(
  { referenceKind, purpose }: Profile,
  caller: Caller,
  subjects: Subjects,
  system: DistrictSystem,
): Promise<readonly (string | undefined)[]> {
  if (referenceKind === null) return [undefined];
  const found: string[] = [];
  const kept = referenceKind in subjects ? subjects[referenceKind as keyof Subjects] : [];
  for (const { id } of kept.slice(0, TRIED_REFERENCES)) {
    const reference = `${referenceKind}/${id}`;
    const headers = { 'access-purpose': purpose, 'access-reference': reference };
    const { status } = await system.ask(caller, headers, { query: '{ __typename }' });
    if (status === 200) found.push(reference);
    if (found.length === USED_REFERENCES) break;
  }
  return found;
}
