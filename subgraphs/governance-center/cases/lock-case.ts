import type { Knex } from 'knex';
import { failure } from '../../../shared/protocol/errors';
import type { Context } from '../context';
import { notFound, uuid } from '../mutations/input';
import { table } from '../mutations/table';
import { resourceOfCase, resourceOfCaseNamed } from './attributes';
import type { CaseRow } from './data';

/** The record by which a mutation on a case is decided. */
export const ofCase = ({ input }: { readonly input: { readonly case: string } }, context: Context) =>
  resourceOfCaseNamed(input.case, context);

export function answerCase({ case_id }: { readonly case_id: string }, { load }: Context) {
  return load.case.load(case_id);
}

/** The current state, if the caller may read the case; it contains only process data. */
export function stateOf(row: CaseRow, { reads }: Context): { readonly current?: unknown } {
  return reads('Case.id', resourceOfCase(row)) ? { current: { version: row.version, step: row.step } } : {};
}

export async function lockCase(transaction: Knex.Transaction, id: string): Promise<CaseRow> {
  const cases = table(transaction, 'case_file').where({ case_id: uuid(id, 'case') });
  const row = await cases.forUpdate().first();
  if (row === undefined) throw notFound('case');
  return row;
}

/**
 * Locks an open case until the end of the transaction.
 *
 * @param version that the caller saw; undefined if it does not matter.
 * @throws CASE_CLOSED, or CONFLICT with the current state.
 */
export async function openCaseAt(
  transaction: Knex.Transaction,
  context: Context,
  id: string,
  version?: number,
): Promise<CaseRow> {
  const row = await lockCase(transaction, id);
  refuseClosed(row, context);
  if (version !== undefined) refuseOutdated(row, version, context);
  return row;
}

/** @throws CASE_CLOSED. */
export function refuseClosed(row: CaseRow, context: Context): void {
  if (row.closed_at !== null) throw failure('CASE_CLOSED', undefined, stateOf(row, context));
}

/** @throws CONFLICT with the current state. */
export function refuseOutdated(row: CaseRow, version: number, context: Context): void {
  if (row.version !== version) throw failure('CONFLICT', undefined, stateOf(row, context));
}

/** Writes a change and increments the version. @param row the locked row. */
export async function changeCase(
  transaction: Knex.Transaction,
  { case_id, version }: CaseRow,
  change: Partial<CaseRow>,
): Promise<void> {
  await table(transaction, 'case_file')
    .where({ case_id })
    .update({ ...change, version: version + 1 });
}

/** Pseudonyms of the children of a locked case. */
export function childrenOfCase(transaction: Knex.Transaction, { case_id }: CaseRow): Promise<readonly string[]> {
  return table(transaction, 'case_child').where({ case_id }).orderBy('child_id').pluck('child_id');
}
