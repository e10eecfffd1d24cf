import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows } from '../../shared/subgraph/rows/loaders';
import { roster } from '../../shared/subgraph/rows/roster';

export interface LegalAidMatterRow extends RowOfChild {
  readonly matter: string | null;
  readonly lawyer: string | null;
  readonly since: string;
}

export interface MediationRow extends RowOfChild {
  readonly kind: string;
  readonly since: string;
  readonly agreed: boolean | null;
}

export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: roster(db),
    legalAid: manyRows(rowsOfChildren<LegalAidMatterRow>(db, 'legal_aid', ['-since', 'legal_aid_id']), childOf),
    mediations: manyRows(rowsOfChildren<MediationRow>(db, 'mediation', ['-since', 'mediation_id']), childOf),
  };
}
