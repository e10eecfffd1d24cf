import type { Knex } from 'knex';
import type { Context } from '../context';
import { notFound } from '../mutations/input';
import { table } from '../mutations/table';
import { resourceOfChildNamed } from './attributes';

/** What a mutation about a child is decided by. */
export const ofChild = ({ input }: { readonly input: { readonly child: string } }, context: Context) =>
  resourceOfChildNamed(input.child, context);

/** @throws RECORD_NOT_FOUND. @returns the region where the child lives. */
export async function regionOfChild(transaction: Knex.Transaction, child_id: string): Promise<string> {
  const child = await table(transaction, 'child').where({ child_id }).first('region');
  if (child === undefined) throw notFound('child');
  return child.region;
}

/**
 * Lets those who work on one child come one after the other, until the end of the transaction. The roster itself is not
 * the writer's to lock.
 *
 * @throws RECORD_NOT_FOUND. @returns the region where the child lives.
 */
export async function lockChild(transaction: Knex.Transaction, child_id: string): Promise<string> {
  await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 1))', [child_id]);
  return regionOfChild(transaction, child_id);
}
