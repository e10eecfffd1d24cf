const OPERATIONS = ['select', 'insert', 'update', 'delete', 'with', 'begin', 'commit', 'rollback'] as const;

export type SqlOperation = (typeof OPERATIONS)[number] | 'other';

export interface Statement {
  readonly operation: SqlOperation;
  /** The first table or view in a statement, with its schema if given; undefined for none. */
  readonly table: string | undefined;
}

/** Letters and underscores only, so that a personal number could never match. */
const TABLE = /\b(?:from|into|update)\s+"?([a-z_]+)"?(?:\."?([a-z_]+)"?)?/;

/** Extracts the parts of a statement that may be reported: operation and table, neither literals nor bound values. */
export function statementOf(sql: string): Statement {
  const first = /^\W*(\w+)/.exec(sql)?.[1]?.toLowerCase();
  const operation = OPERATIONS.find((known) => known === first) ?? 'other';
  const [, schema, table] = TABLE.exec(sql) ?? [];
  return { operation, table: table === undefined ? schema : `${schema}.${table}` };
}
