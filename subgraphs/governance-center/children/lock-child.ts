import type { Knex } from 'knex';
import type { Context } from '../context';
import { notFound } from '../mutations/input';
import { table } from '../mutations/table';
import { resourceOfChildNamed } from './attributes';

/** The record by which a mutation on a child is decided. */
export const ofChild = ({ input }: { readonly input: { readonly child: string } }, context: Context) =>
  resourceOfChildNamed(input.child, context);

/** @throws RECORD_NOT_FOUND. @returns the child's region. */
export async function regionOfChild(transaction: Knex.Transaction, child_id: string): Promise<string> {
  const child = await table(transaction, 'child').where({ child_id }).first('region');
  if (child === undefined) throw notFound('child');
  return child.region;
}

/**
 * Serialises work on one child until the end of the transaction. An advisory lock, because the writer role may not lock
 * rows of the roster.
 *
 * @throws RECORD_NOT_FOUND. @returns the child's region.
 */
export async function lockChild(transaction: Knex.Transaction, child_id: string): Promise<string> {
  await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 1))', [child_id]);
  return regionOfChild(transaction, child_id);
}
