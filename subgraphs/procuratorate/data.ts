import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';
import { type RosterRow, roster } from '../../shared/subgraph/rows/roster';

interface ChildRow extends RosterRow {
  /** Agencies that are to help, as `CIVIL_AFFAIRS`; null without victim support. */
  readonly helpers: readonly string[] | null;
}

export interface LegalDocumentRow extends RowOfChild {
  readonly number: string;
  readonly kind: string;
  readonly issued_at: string;
  readonly addressee: string | null;
  readonly served_at: string | null;
  readonly reply_due: string | null;
  readonly replied_at: string | null;
}

export interface VictimSupportRow extends RowOfChild {
  readonly needs: readonly string[];
  readonly one_stop_interview_done: boolean;
  readonly legal_aid: boolean;
  readonly since: string;
}

export interface JudicialAidRow extends RowOfChild {
  readonly kind: string;
  readonly granted_at: string;
  readonly amount: number | null;
}

export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: roster<ChildRow>(db),
    legalDocuments: manyRows(
      rowsOfChildren<LegalDocumentRow>(db, 'legal_document', ['-issued_at', 'document_id']),
      childOf,
    ),
    victimSupport: oneRow(rowsOfChildren<VictimSupportRow>(db, 'victim_support'), childOf),
    judicialAid: manyRows(rowsOfChildren<JudicialAidRow>(db, 'judicial_aid', ['-granted_at', 'aid_id']), childOf),
  };
}
