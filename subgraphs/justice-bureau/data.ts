import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';

export interface ChildRow extends RowOfChild {
  readonly region: string;
}

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
    child: oneRow(rowsOfChildren<ChildRow>(db, 'child'), childOf),
    legalAid: manyRows(rowsOfChildren<LegalAidMatterRow>(db, 'legal_aid', ['-since', 'legal_aid_id']), childOf),
    mediations: manyRows(rowsOfChildren<MediationRow>(db, 'mediation', ['-since', 'mediation_id']), childOf),
  };
}
