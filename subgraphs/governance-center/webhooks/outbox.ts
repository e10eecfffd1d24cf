import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Notice } from './notice';

/**
 * Stores a notice in the transaction of its event, so neither exists without the other. A trigger queues it for every
 * endpoint that subscribes to it (migration 0003).
 *
 * @param transaction on the writer role.
 * @param now the time of the event.
 */
export async function announce(transaction: Knex.Transaction, notice: Notice, now: Date): Promise<void> {
  const { kind, subject, id, region } = notice;
  await transaction
    .withSchema('work')
    .insert({ notice_id: randomUUID(), kind, subject, subject_id: id, region, occurred_at: now })
    .into('notice');
}
