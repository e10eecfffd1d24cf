import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';

export interface ChildRow extends RowOfChild {
  readonly region: string;
}

// each class
export interface SampleClassRow extends RowOfChild {
  readonly kind: string;
  readonly since: string;
}

// end
export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: oneRow(rowsOfChildren<ChildRow>(db, 'child'), childOf),
    // each class
    sampleClass: manyRows(rowsOfChildren<SampleClassRow>(db, 'sample_class', ['-since', 'sample_class_id']), childOf),
    // end
  };
}
