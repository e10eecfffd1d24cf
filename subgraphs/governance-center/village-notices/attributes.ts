import type { ResourceAttributes } from '../../../shared/access/compile';
import { type Agency, agencyNamed } from '../../../shared/domain/agencies';
import { resourceOfChildIn } from '../children/attributes';
import type { Context } from '../context';
import type { VillageNoticeKind } from '../schema.types';
import type { VillageNoticeRow } from './data';

/** The agency that notifies villages of it: the police of warnings, the women's federation of orders. */
export const ISSUER: Readonly<Record<VillageNoticeKind, Agency>> = {
  WARNING: 'public-security',
  ORDER: 'womens-federation',
};

/** Attributes of a notice for the rules: its child's, and the agency that issued it; null without a row. */
export async function resourceOfVillageNotice(
  row: VillageNoticeRow | null,
  context: Context,
): Promise<ResourceAttributes | null> {
  const child = await resourceOfChildIn(row, context);
  return row && child && { ...child, issuer: agencyNamed(row.agency) };
}
