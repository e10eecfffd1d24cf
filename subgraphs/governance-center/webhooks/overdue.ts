import type { Knex } from 'knex';
import type { NoticeKind, NoticeSubject } from './notice';

/** The notice kind and subject of overdue items by kind; all other kinds are deadlines of other agencies. */
const TOLD_AS: Readonly<Record<string, readonly [NoticeKind, NoticeSubject]>> = {
  STEP: ['STEP_OVERDUE', 'CASE'],
  TASK: ['TASK_OVERDUE', 'TASK'],
  FEEDBACK: ['FEEDBACK_OVERDUE', 'CLUE'],
  VISIT: ['VISIT_OVERDUE', 'RISK_ASSESSMENT'],
  PROTECTION_VISIT: ['PROTECTION_VISIT_OVERDUE', 'PROTECTION_ASSIGNMENT'],
  EMERGENCY_REVIEW: ['EMERGENCY_REVIEW_OVERDUE', 'EMERGENCY_USE'],
};
const TRACKED: readonly [NoticeKind, NoticeSubject] = ['TRACKED_DEADLINE_OVERDUE', 'TRACKED_DEADLINE'];

/**
 * Announces overdue items that were not yet announced for their due time; `work.due_item` contains no others. The due
 * time is the time of the notice.
 *
 * @param db on the writer role.
 * @param limit the most to announce at once.
 * @returns how many were announced; fewer than `limit` if none are left.
 */
export async function announceOverdue(db: Knex, now: Date, limit: number): Promise<number> {
  const kinds = Object.entries(TOLD_AS);
  const { rowCount } = await db.raw(
    `insert into work.notice (notice_id, kind, subject, subject_id, region, occurred_at, due_at)
     select gen_random_uuid(), overdue.*
     from (
       select coalesce(told.kind, ?) as kind, coalesce(told.subject, ?), item_id::text as subject_id, region, due_at,
         due_at as due
       from (select item_id, kind, region, due_at from work.due_item where due_at <= ? order by due_at, item_id limit ?) as item
       left join (values ${kinds.map(() => '(?, ?, ?)').join(', ')}) as told (item, kind, subject) on told.item = item.kind
     ) as overdue
     on conflict do nothing`,
    [...TRACKED, now, limit, ...kinds.flatMap(([item, told]) => [item, ...told])],
  );
  return rowCount;
}
