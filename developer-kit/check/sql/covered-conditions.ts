import type { Facts, SealedFact } from '../facts-file';
import type { Database } from './database';
import { sourcesBelow } from './sources-below';
import { statementsIn } from './statements';
import { type Condition, type View, viewOf } from './view';

/** A view with its conditions that no fact is about. */
export interface Uncovered {
  readonly view: View;
  /** `NOT (for_defence)`; at least one. */
  readonly conditions: readonly string[];
}

/**
 * Finds conditions of views of `exposed` about whose hidden rows there is no sealed fact: one of a table that the view reads,
 * whose own condition names a column of the view's. Views that are listed as not secret are passed over.
 */
export function uncoveredConditions(database: Database, { sealed, notSecret }: Facts): readonly Uncovered[] {
  const facts = sealed.map((fact) => ({ table: `base.${fact.table}`, columns: columnsOf(fact) }));
  return [...database.views.values()]
    .filter(({ name }) => name.startsWith('exposed.') && notSecret[name] === undefined)
    .flatMap((view) => {
      const sources = sourcesBelow(view, database);
      const about = facts.filter(({ table }) => sources.has(table));
      const isCovered = ({ columns }: Condition) =>
        about.some((fact) => [...fact.columns].some((column) => columns.has(column)));
      const conditions = view.conditions.filter((one) => !isCovered(one)).map(({ sql }) => sql);
      return conditions.length === 0 ? [] : [{ view, conditions }];
    });
}

// Private:

/** Columns that a fact's condition names; none if it is not SQL. */
function columnsOf({ table, where }: SealedFact): ReadonlySet<string> {
  if (where === undefined) return new Set();
  try {
    const text = `create view fact as select from base.${table} where ${where}`;
    const [statement] = statementsIn({ path: '', text });
    const conditions = statement === undefined ? [] : (viewOf(statement)?.conditions ?? []);
    return new Set(conditions.flatMap(({ columns }) => [...columns]));
  } catch {
    return new Set();
  }
}
