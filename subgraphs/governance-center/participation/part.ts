import type { Knex } from 'knex';
import { notFound, uuid } from '../mutations/input';
import { table } from '../mutations/table';
import type { Agency, ReferenceKind } from '../schema.types';
import { type ReferenceColumn, referenceColumnOf } from './data';

/** One officer's part for an agency: `{ case_id: '4984…', agency: 'EDUCATION', officer: 'education-officer' }`. */
export type Part = Readonly<{ [column in ReferenceColumn]?: string }> & {
  readonly agency: Agency;
  readonly officer: string;
};

/** @throws RECORD_NOT_FOUND for a kind in which nobody takes part: the rules know of no record of it. */
export function partOf(
  { kind, id }: { readonly kind: ReferenceKind; readonly id: string },
  agency: Agency,
  officer: string,
): Part {
  const column = referenceColumnOf(kind);
  if (column === undefined) throw notFound('id');
  return { [column]: uuid(id, 'id'), agency, officer };
}

/**
 * Serialises changes of one part, and requests for it, until the end of the transaction.
 *
 * @returns the id of its current confirmation; undefined without one.
 */
export async function lockPart(
  transaction: Knex.Transaction,
  part: Part,
): Promise<{ readonly participation_id: string } | undefined> {
  await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 2))', [JSON.stringify(part)]);
  return table(transaction, 'participation').where(part).whereNull('withdrawn_at').first('participation_id');
}
