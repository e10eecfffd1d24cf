import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACTS, factsIn } from '../../../developer-kit/check/facts-file';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import type { DataClassName } from '../../../shared/access/catalogue';
import { FileFaults } from '../../../shared/cli/read-yaml';
import type { Agency } from '../../../shared/domain/agencies';
import { ASKERS } from './askers';
import { isShown } from './shown-facts';

/** A fact that differs between two worlds, which are otherwise equal. */
export interface Fact {
  /** The data class; of a sealed fact, its agency, table and condition. */
  readonly name: string;
  readonly agency: Agency;
  /** SQL on base tables; `:focus`, `:sealed` and `:clue` are bound. */
  readonly put: string;
  readonly takeOut: string;
}

/** A fact that some callers may see. */
export interface AbsentFact extends Fact {
  readonly name: DataClassName;
  /** The path to the field that shows it, below a child or a clue. */
  readonly field: readonly string[];
  readonly of: 'Child' | 'Clue';
  /** Names of askers who see it, clear or masked. To all others it is absent. */
  readonly shownTo: readonly string[];
}

const FILES = SUBGRAPHS.flatMap(({ agency, folder }) => {
  const path = join(folder, FACTS);
  if (!existsSync(path)) return [];
  const { facts, faults } = factsIn({ path, text: readFileSync(path, 'utf8') });
  if (faults.length > 0) throw new FileFaults(faults);
  return [{ agency, ...facts }];
});

/** The data of all worlds. */
export const GIVEN: readonly { readonly agency: Agency; readonly sql: string }[] = FILES.flatMap(({ agency, given }) =>
  given.map((sql) => ({ agency, sql })),
);

/** Facts of data classes with an absent refusal. Their child has a case, and is on the dockets of two meetings. */
export const ABSENT_FACTS: readonly AbsentFact[] = FILES.flatMap(({ agency, silent }) =>
  Object.entries(silent).map(([name, { field: written, put, takeOut }]) => {
    const [of = '', ...field] = written.match(/\w+/g) ?? [];
    const fact = { name, agency, put, takeOut, field, of: of as AbsentFact['of'] };
    return { ...fact, shownTo: ASKERS.filter((asker) => isShown(fact, asker)).map((asker) => asker.name) };
  }),
);

/** Facts that no view shows: about the child of the facts, and about a child without other data. */
export const SEALED_FACTS: readonly Fact[] = FILES.flatMap(({ agency, sealed }) =>
  sealed.map(({ table, columns, where }) => ({
    name: [agency, table, ...(where === undefined ? [] : [where])].join(' '),
    agency,
    put: `insert into base.${table} (child_id, ${Object.keys(columns).join(', ')})
      select child_id, ${Object.values(columns).join(', ')} from (values (:focus), (:sealed)) as child (child_id)`,
    takeOut: `delete from base.${table} where child_id in (:focus, :sealed) and ${where ?? 'true'}`,
  })),
);
