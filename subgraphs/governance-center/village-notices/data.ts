import type { Knex } from 'knex';
import { childOf, rowsByKey, rowsOfChildren } from '../../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import type { Agency, VillageNoticeKind } from '../schema.types';

export interface VillageNoticeRow {
  readonly notice_id: string;
  readonly child_id: string;
  readonly kind: VillageNoticeKind;
  /** The agency that notified the village. */
  readonly agency: Agency;
  readonly notified_at: Date;
  readonly until: string;
  readonly next_visit_due: string | null;
  readonly ended_on: string | null;
  readonly last_visit_at: Date | null;
}

/** One SQL statement per kind of row and request. */
export function villageNoticeLoaders(db: Knex) {
  return {
    villageNotices: manyRows(rowsOfChildren<VillageNoticeRow>(db, 'village_notice', ['notified_at', 'kind']), childOf),
    villageNotice: oneRow(rowsByKey<VillageNoticeRow>(db, 'village_notice', 'notice_id'), (row) => row.notice_id),
  };
}
