import type { ResourceAttributes } from '../../../shared/access/compile';
import { COVERS_NOTHING, type Grant } from '../../../shared/access/grant';
import { agencyNamed } from '../../../shared/domain/agencies';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { present } from '../present';

/** An opened assessment as a reference. An unknown one takes the same statements. */
async function assessmentNamed(id: string, context: Context) {
  const { access, load, now } = context;
  const row = await byUuid(load.openedAssessment, id);
  const [duty, clue] = await Promise.all([
    byUuid(load.duty, row?.duty_id ?? NOTHING),
    byUuid(load.clue, row?.clue_id ?? NOTHING),
  ]);
  // A clue covers the child that it is about by now.
  const childId = row?.child_id ?? clue?.child_id ?? null;
  const child = await load.child.load(childId ?? NOTHING);
  if (row === null) return null;
  return {
    region: present(child?.region ?? clue?.region ?? null),
    holder: row.officer === access.caller.sub && agencyNamed(row.agency) === access.caller.agency,
    open: now < row.expires_at,
    confirmedBy: duty === null || duty.withdrawn_at !== null ? null : duty.confirmed_by,
    childId,
    clueId: row.clue_id,
  };
}

/** An id of nothing. */
const NOTHING = '00000000-0000-0000-0000-000000000000';

/** Attributes by which rules decide whether the assessment is a valid reference for the caller. */
export async function resourceOfAssessment(id: string, context: Context): Promise<ResourceAttributes | null> {
  const assessment = await assessmentNamed(id, context);
  if (assessment === null) return null;
  const { region, holder, open, confirmedBy } = assessment;
  return { region, assessment: id, holder, open, confirmed: confirmedBy !== null };
}

/**
 * The one child of the assessment, its cases, the meetings that have them on the docket, and the clue; and who confirmed
 * the duty.
 */
export async function assessmentGrant(
  id: string,
  context: Context,
): Promise<{ readonly grant: Grant; readonly confirmedBy: string } | null> {
  const assessment = await assessmentNamed(id, context);
  if (assessment === null || assessment.confirmedBy === null) return null;
  const { childId, clueId, confirmedBy } = assessment;
  const { load } = context;
  const cases = childId === null ? [] : (await load.casesOfChild.load(childId)).map(({ case_id }) => case_id);
  const dockets = await Promise.all(cases.map((id) => load.docketOfCase.load(id)));
  return {
    grant: {
      ...COVERS_NOTHING,
      kind: 'assessment',
      children: childId === null ? [] : [childId],
      cases,
      meetings: [
        ...new Set(
          dockets
            .flat()
            .filter(({ open }) => open)
            .map(({ meeting_id }) => meeting_id),
        ),
      ],
      clues: clueId === null ? [] : [clueId],
    },
    confirmedBy,
  };
}
