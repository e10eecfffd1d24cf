import type { ResourceAttributes } from '../../../shared/access/compile';
import { CHILD_ID } from '../../../shared/domain/child-id';
import { REGION_CODE } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import { resourceOfChild } from '../../../shared/subgraph/child-reference';
import type { RowOfChild } from '../../../shared/subgraph/rows/keyed-rows';
import type { Context } from '../context';

/** Attributes of the child with this id for the rules; null if there is none. */
export const resourceOfChildNamed = async (id: string, { load }: Context): Promise<ResourceAttributes | null> =>
  CHILD_ID.test(id) ? resourceOfChild(await load.child.load(id)) : null;

/**
 * An unknown id: a missing row takes as many statements as an existing one, so response times do not reveal which it
 * is.
 */
const NO_CHILD = '-'.repeat(43);

/** Attributes of a row's child; null without a row. */
export async function resourceOfChildIn<Row extends RowOfChild>(
  row: Row | null,
  context: Context,
): Promise<ResourceAttributes | null> {
  const record = await resourceOfChildNamed(row?.child_id ?? NO_CHILD, context);
  return row && record;
}

/** @throws CODE_UNKNOWN for an unknown region. */
export async function resourceOfRegion(code: string, { load }: Context): Promise<ResourceAttributes> {
  const region = REGION_CODE.test(code) ? await load.region.load(code) : null;
  if (region === null) throw failure('CODE_UNKNOWN', undefined, { argument: 'input.region' });
  return { region: region.code };
}
