import { connect } from '../../shared/db/connect';
import type { Caller } from '../../shared/domain/caller';
import { childIds } from '../../shared/domain/child-id';
import { children } from '../../shared/synthetic/district';
import type { DistrictData, DistrictSystem } from './district-system';
import type { Profile } from './profile';
import type { Subject, SubjectKind } from './replayable-operation';

export type Subjects = Readonly<Record<SubjectKind, readonly Subject[]>>;

/** All children, cases and meetings of the synthetic district. */
export async function subjectsOf({ district, childIds: options, databases }: DistrictData): Promise<Subjects> {
  const ids = childIds(options);
  const url = databases.get('governance-center')?.ownerUrl;
  if (url === undefined) throw new Error('There is no connection to the database of governance-center.');
  const db = connect(url, { poolSize: 1, statementTimeout: 10_000 });
  try {
    const cases: string[] = await db('base.case_child').distinct('case_id').orderBy('case_id').pluck('case_id');
    const meetings: string[] = await db('base.joint_meeting').orderBy('held_at', 'desc').pluck('meeting_id');
    return {
      child: [...children(district)].map(({ person: { idNumber } }) => ({ id: ids.derive(idNumber), idNumber })),
      case: cases.map((id) => ({ id })),
      meeting: meetings.map((id) => ({ id })),
    };
  } finally {
    await db.destroy();
  }
}

const TRIED_REFERENCES = 40;
const USED_REFERENCES = 3;

/**
 * References to cases or meetings that the caller takes part in, as sent in requests; `[undefined]` for a purpose
 * without reference.
 */
export async function referencesFor(
  { referenceKind, purpose }: Profile,
  caller: Caller,
  subjects: Subjects,
  system: DistrictSystem,
): Promise<readonly (string | undefined)[]> {
  if (referenceKind === null) return [undefined];
  const found: string[] = [];
  const kept = referenceKind === 'case' || referenceKind === 'meeting' ? subjects[referenceKind] : [];
  for (const { id } of kept.slice(0, TRIED_REFERENCES)) {
    const reference = `${referenceKind}/${id}`;
    const headers = { 'access-purpose': purpose, 'access-reference': reference };
    const { status } = await system.ask(caller, headers, { query: '{ __typename }' });
    if (status === 200) found.push(reference);
    if (found.length === USED_REFERENCES) break;
  }
  return found;
}
