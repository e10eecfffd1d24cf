import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { isConfirmed } from '../../developer-kit/cases/situation';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { enumName } from '../../shared/domain/agencies';
import type { Caller } from '../../shared/domain/caller';
import { at } from '../../shared/domain/dates';
import { OTHER_CALLERS } from './cases/situations';
import { childIdOf, STORY } from './databases';

/** A case or a meeting. */
type Reference = { readonly case_id: string } | { readonly meeting_id: string };

/**
 * Rows of `base.participation` by which every caller of the cases takes part in these cases and meetings, whatever the
 * role, except the callers without a confirmation. Only the other conditions of the rules then decide.
 */
export const confirmedParts = (references: readonly Reference[], callers = [...DEMO_CALLERS, ...OTHER_CALLERS]) =>
  references.flatMap((reference) => callers.filter(isConfirmed).map((caller) => part(reference, caller)));

/** Confirms the other callers for the story children's cases and meetings; the seed has confirmed the demo callers. */
export async function confirmOthersInStories(owner: Knex): Promise<void> {
  const stories = [STORY.leftBehind, STORY.protectedAddress].map(childIdOf);
  const cases = await owner('base.case_child').whereIn('child_id', stories).select('case_id');
  const meetings = await owner('base.docket_item')
    .whereIn(
      'case_id',
      cases.map(({ case_id }) => case_id),
    )
    .distinct('meeting_id');
  await owner('base.participation').insert(confirmedParts([...cases, ...meetings], [...OTHER_CALLERS]));
}

// Private:

function part(reference: Reference, { sub, agency }: Caller) {
  return {
    participation_id: randomUUID(),
    case_id: null,
    meeting_id: null,
    ...reference,
    officer: sub,
    agency: enumName(agency),
    confirmed_by: '全例负责人',
    confirmed_at: at('2026-01-02', '09:00'),
  };
}
