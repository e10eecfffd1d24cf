import type { Knex } from 'knex';
import type { Caller } from '../../../shared/domain/caller';
import { keepCovered, keepOnOneLine } from '../duties/covered';
import type { DutyRow } from '../duties/data';

/** Columns of the list of own parts, in their order. */
export const OWN_PART_COLUMNS = [
  'part_id',
  'officer',
  'party',
  'since',
  'kind',
  'reference_id',
  'label',
  'region',
  'ended_at',
] as const;

/** An officer's standing duties in force that open references. */
export interface DutiesOfOfficer {
  readonly welfare: readonly DutyRow[];
  readonly intake: readonly DutyRow[];
}

/**
 * What standing duties open to their officer, as rows of the list of own parts: tasks and assignments of the agency, and
 * clues that it receives.
 *
 * @param known ids of references in which the officer has a part of their own.
 */
export function openedByDuty(
  db: Knex,
  { sub, agency }: Caller,
  { welfare, intake }: DutiesOfOfficer,
  known: Knex.QueryBuilder,
): readonly Knex.QueryBuilder[] {
  const exposed = () => db.withSchema('exposed');
  const officer = [db.raw('?::text as officer', [sub]), db.raw('?::text as party', [agency])];
  const help = exposed()
    .from('owed_help')
    .select('reference_id as part_id', ...officer, 'since', 'kind', 'reference_id', 'label', 'region', 'ended_at')
    .where({ party: agency })
    .whereNotIn('reference_id', known);
  keepCovered(help, welfare);
  const clues = exposed()
    .from('clue')
    .select(
      'clue_id as part_id',
      ...officer,
      'received_at as since',
      db.raw("'CLUE' as kind"),
      'clue_id as reference_id',
    )
    // Nothing that tells what it is about.
    .select(db.raw("'线索 ' || left(clue_id::text, 8) as label"), 'region', 'feedback_at as ended_at')
    .whereRaw('recipients @> array[?::text]', [agency]);
  keepOnOneLine(clues, intake);
  return [...(welfare.length > 0 ? [help] : []), ...(intake.length > 0 ? [clues] : [])];
}
