import type { Knex } from 'knex';
import { failure } from '../../../shared/protocol/errors';
import { table } from '../mutations/table';

/** The most children on one docket, limited by the size of a signed grant. */
const MOST_CHILDREN = 50;

/**
 * Checks a docket that also has this case.
 *
 * @throws DOCKET_FULL if it would cover too many children.
 */
export async function refuseFullDocket(
  transaction: Knex.Transaction,
  meeting_id: string,
  case_id: string,
): Promise<void> {
  const from = (view: string) => table(transaction, view);
  const [covered] = await from('case_child')
    .where({ case_id })
    .orWhereIn('case_id', from('docket_item').where({ meeting_id }).whereNull('taken_off_at').select('case_id'))
    .countDistinct({ children: 'child_id' });
  if (Number(covered?.children ?? 0) > MOST_CHILDREN) {
    throw failure('DOCKET_FULL', undefined, { limit: MOST_CHILDREN });
  }
}
