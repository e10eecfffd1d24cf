const OPERATIONS = ['select', 'insert', 'update', 'delete', 'with', 'begin', 'commit', 'rollback'] as const;

export type SqlOperation = (typeof OPERATIONS)[number] | 'other';

export interface Statement {
  readonly operation: SqlOperation;
  /** The first table or view that it names, with its schema where that is named; undefined where it names none. */
  readonly table: string | undefined;
}

/** Letters and underscores: where a value should ever come here, a number of a person cannot. */
const TABLE = /\b(?:from|into|update)\s+"?([a-z_]+)"?(?:\."?([a-z_]+)"?)?/;

/** What may be told of a statement: what it does, and to which table. Neither literals nor bound values. */
export function statementOf(sql: string): Statement {
  const first = /^\W*(\w+)/.exec(sql)?.[1]?.toLowerCase();
  const operation = OPERATIONS.find((known) => known === first) ?? 'other';
  const [, schema, table] = TABLE.exec(sql) ?? [];
  return { operation, table: table === undefined ? schema : `${schema}.${table}` };
}
