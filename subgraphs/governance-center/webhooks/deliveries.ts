import type { Knex } from 'knex';
import type { NoticeKind, NoticeSubject } from './notice';

/** The delivery of a notice to an endpoint. */
export interface Delivery {
  readonly noticeId: string;
  readonly endpoint: string;
  readonly kind: NoticeKind;
  readonly subject: NoticeSubject;
  readonly id: string;
  readonly occurredAt: Date;
  /** Attempts so far, including this one. */
  readonly attempts: number;
}

/**
 * Takes deliveries that are due. Each is reserved for `lease` milliseconds; without a result by then, for example after
 * a kill, it is due again. Times are the database's, so replicas agree.
 *
 * @param db on the writer role.
 */
export async function takeDue(db: Knex, endpoint: string, limit: number, lease: number): Promise<readonly Delivery[]> {
  const { rows } = await db.raw(
    `with due as (
       select notice_id from work.delivery
       where endpoint = ? and delivered_at is null and given_up_at is null and next_attempt_at <= now()
       order by next_attempt_at
       limit ?
       for update skip locked)
     update work.delivery
     set attempts = attempts + 1, next_attempt_at = now() + ? * interval '1 millisecond'
     from due join work.notice using (notice_id)
     where delivery.notice_id = due.notice_id and delivery.endpoint = ?
     returning due.notice_id as "noticeId", endpoint, kind, subject, subject_id as id, occurred_at as "occurredAt",
       attempts`,
    [endpoint, limit, lease, endpoint],
  );
  return rows;
}

export async function markDelivered(db: Knex, { noticeId, endpoint }: Delivery): Promise<void> {
  await db
    .withSchema('work')
    .from('delivery')
    .where({ notice_id: noticeId, endpoint })
    .update({ delivered_at: db.fn.now() });
}

/**
 * @param wait milliseconds until the next attempt.
 * @param giveUpAfter milliseconds since the delivery was queued.
 * @returns whether the delivery was abandoned.
 */
export async function markFailed(
  db: Knex,
  { noticeId, endpoint }: Delivery,
  wait: number,
  giveUpAfter: number,
): Promise<boolean> {
  const { rows } = await db.raw(
    `update work.delivery
     set next_attempt_at = now() + ? * interval '1 millisecond',
       given_up_at = case when queued_at <= now() - ? * interval '1 millisecond' then now() end
     where notice_id = ? and endpoint = ? and delivered_at is null
     returning given_up_at is not null as given_up`,
    [wait, giveUpAfter, noticeId, endpoint],
  );
  return rows[0]?.given_up ?? false;
}
