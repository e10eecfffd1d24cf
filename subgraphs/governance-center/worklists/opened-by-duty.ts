import type { Knex } from 'knex';
import type { Caller } from '../../../shared/domain/caller';
import { addDays, at } from '../../../shared/domain/dates';
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

/** An officer's standing duties in force that open references; none of those that the officer's roles cannot use. */
export interface DutiesOfOfficer {
  readonly welfare: readonly DutyRow[];
  readonly intake: readonly DutyRow[];
  readonly visits: readonly DutyRow[];
  /** Not withdrawn, but maybe over: what was opened under them stays open for its days. */
  readonly assessment: readonly DutyRow[];
}

/**
 * What standing duties open to their officer, as rows of the list of own parts: tasks and assignments of the agency, clues
 * that it receives, assessments that the officer has opened, and lists of visits.
 *
 * @param known ids of references in which the officer has a part of their own.
 */
export function openedByDuty(
  db: Knex,
  { sub, agency, region }: Caller,
  { welfare, intake, visits, assessment }: DutiesOfOfficer,
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
  const assessments = exposed()
    .from('open_assessment')
    .select('assessment_id as part_id', ...officer, 'opened_at as since', db.raw("'ASSESSMENT' as kind"))
    .select('assessment_id as reference_id', db.raw("'研判 ' || left(assessment_id::text, 8) as label"), 'region')
    .select('expires_at as ended_at')
    .where({ officer: sub, party: agency })
    .whereIn(
      'duty_id',
      assessment.map(({ duty_id }) => duty_id),
    );
  keepOnOneLine(assessments, [{ region }]);
  const lists = visits.map(({ duty_id, confirmed_at, region: visited, valid_until }) =>
    db
      .queryBuilder()
      .select(db.raw('?::uuid as part_id', [duty_id]), ...officer, db.raw('?::timestamptz as since', [confirmed_at]))
      .select(db.raw("'VISITS' as kind"), db.raw('?::uuid as reference_id', [duty_id]), db.raw("'走访名单' as label"))
      .select(db.raw('?::text as region', [visited]))
      .select(db.raw('?::timestamptz as ended_at', [at(addDays(valid_until, 1), '00:00')])),
  );
  return [
    ...(welfare.length > 0 ? [help] : []),
    ...(intake.length > 0 ? [clues] : []),
    ...(assessment.length > 0 ? [assessments] : []),
    ...lists,
  ];
}
