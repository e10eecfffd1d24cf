import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Notice } from './notice';

/**
 * Writes a notice down in the transaction of what it tells of, so that there is neither without the other. A trigger
 * queues it for every endpoint that wants it (migration 0003).
 *
 * @param transaction on the writer role.
 * @param now when it happened.
 */
export async function announce(transaction: Knex.Transaction, notice: Notice, now: Date): Promise<void> {
  const { kind, subject, id, region } = notice;
  await transaction
    .withSchema('work')
    .insert({ notice_id: randomUUID(), kind, subject, subject_id: id, region, occurred_at: now })
    .into('notice');
}
