import type { DropStmt, Node } from 'libpg-query';
import type { FileFault } from '../../../shared/cli/read-yaml';
import type { SourceFile } from '../../../shared/config/agency-files';
import { lineOfSqlError, type Statement, statementsIn } from './statements';
import { relationName, type View, viewOf } from './view';

/**
 * What an agency's migrations define, read without running them. Views that a block of code creates are unknown; each such
 * block is reported when it is new.
 */
export interface Database {
  readonly statements: readonly Statement[];
  /** By name, as last defined: `exposed.benefit`. */
  readonly views: ReadonlyMap<string, View>;
  /** Tables that were created and not dropped: `base.benefit`. */
  readonly tables: ReadonlySet<string>;
  /** Migrations that PostgreSQL's parser refuses. */
  readonly faults: readonly FileFault[];
}

/** Reads an agency's migrations, in the order in which they run. */
export function databaseOf(migrations: readonly SourceFile[]): Database {
  const faults: FileFault[] = [];
  const statements = migrations.flatMap((file) => {
    try {
      return statementsIn(file);
    } catch (error) {
      const message = `PostgreSQL cannot read it: ${(error as Error).message}`;
      faults.push({ message, file: file.path, line: lineOfSqlError(error, file.text) });
      return [];
    }
  });
  const views = new Map<string, View>();
  const tables = new Set<string>();
  for (const statement of statements) {
    const view = viewOf(statement);
    if (view !== undefined) views.set(view.name, view);
    const { node } = statement;
    if ('CreateStmt' in node && node.CreateStmt.relation !== undefined)
      tables.add(relationName(node.CreateStmt.relation));
    if (!('DropStmt' in node)) continue;
    for (const name of namesOf(node.DropStmt)) {
      views.delete(name);
      tables.delete(name);
    }
  }
  return { statements, views, tables, faults };
}

/** Names of what a statement drops: `base.benefit`. */
export function namesOf({ objects = [] }: DropStmt): readonly string[] {
  return objects.map((object) => {
    const items: readonly Node[] = 'List' in object ? (object.List.items ?? []) : [object];
    const names = items.flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []));
    return names.length === 1 ? `public.${names[0]}` : names.join('.');
  });
}
