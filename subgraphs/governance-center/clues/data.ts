import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import type { Agency as AgencyName } from '../../../shared/domain/agencies';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { visibleIn } from '../lists/visible-in';
import type { ClueFilter } from '../schema.types';

export interface ClueRow {
  readonly clue_id: string;
  readonly channel: string;
  readonly situation: string;
  readonly received_at: Date;
  readonly region: string;
  readonly child_id: string | null;
  readonly case_id: string | null;
  readonly feedback_due: Date | null;
  readonly feedback_at: Date | null;
  readonly receipt_number: string | null;
  readonly facts: string | null;
  readonly feedback: string | null;
  /** The region of the report; null for reports from before it was stored. */
  readonly reported_region: string | null;
  /** Agencies as rules name them, the lead first: `['public-security', 'education']`. */
  readonly recipients: readonly AgencyName[];
  /** The first of them; null without any. */
  readonly lead_recipient: AgencyName | null;
}

/** A receipt is resolved from its clue. */
export type ClueReceiptRow = ClueRow;

interface ClueReporterRow {
  readonly clue_id: string;
  readonly reporter: string;
  readonly contact: string | null;
}

/** One SQL statement per kind of row and request. */
export function clueLoaders(db: Knex) {
  return {
    clue: oneRow(rowsByKey<ClueRow>(db, 'clue', 'clue_id'), (row) => row.clue_id),
    clueOfReceipt: oneRow(rowsByKey<ClueRow>(db, 'clue', 'receipt_number'), (row) => row.receipt_number ?? ''),
    reporter: oneRow(rowsByKey<ClueReporterRow>(db, 'clue_reporter', 'clue_id'), (row) => row.clue_id),
  };
}

export function listClues(
  lists: Lists,
  rows: SqlCondition,
  filter: ClueFilter,
  pageArguments: PageArguments,
): Promise<Page<ClueRow>> {
  const query = visibleIn(lists.db, 'clue', rows, filter.region);
  if (filter.channel) query.where('channel', filter.channel);
  if (typeof filter.awaitingFeedback === 'boolean') {
    query[filter.awaitingFeedback ? 'whereNull' : 'whereNotNull']('feedback_at');
  }
  return page(
    query,
    pageArguments,
    { column: 'received_at', type: 'timestamptz', direction: 'desc', id: 'clue_id' },
    lists.totals,
  );
}
