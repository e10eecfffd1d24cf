import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows } from '../../shared/subgraph/rows/loaders';
import { roster } from '../../shared/subgraph/rows/roster';

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
    child: roster(db),
    // each class
    sampleClass: manyRows(rowsOfChildren<SampleClassRow>(db, 'sample_class', ['-since', 'sample_class_id']), childOf),
    // end
  };
}
