import knex, { type Knex } from 'knex';
import { types } from 'pg';

/** Type oids whose default conversion to JavaScript would lose information. */
const DATE = types.builtins.DATE;
const NUMERIC = types.builtins.NUMERIC;

const typeParsers = {
  /**
   * Dates stay text: a JavaScript Date would shift them by the time zone. Amounts become numbers, like GraphQL's Float.
   */
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === DATE) return (text: string) => text;
    if (oid === NUMERIC) return (text: string) => Number(text);
    return types.getTypeParser(oid as Parameters<typeof types.getTypeParser>[0], format as 'text');
  },
};

export interface ConnectionOptions {
  /** Maximum number of connections. */
  readonly poolSize: number;
  /** Time after which the server cancels a statement, in milliseconds; 0 for never. */
  readonly statementTimeout: number;
  /** Whether to avoid sequential scans if an index can be used: for lists, whose rows are a small part of a table. */
  readonly byIndex?: boolean;
}

const silent = (): void => undefined;

/** A knex instance for one PostgreSQL database. Opens connections on first use. */
export function connect(url: string, { poolSize, statementTimeout, byIndex = false }: ConnectionOptions): Knex {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'unified-child-record',
      statement_timeout: statementTimeout,
      ...(byIndex && { options: '-c enable_seqscan=off' }),
      // An option of pg that knex passes on without declaring it.
      ...({ types: typeParsers } as object),
    },
    pool: { min: 0, max: poolSize },
    acquireConnectionTimeout: 10_000,
    // Knex would print drivers' messages, which can contain values; callers get the errors anyway.
    log: { debug: silent, warn: silent, error: silent, deprecate: silent },
  });
}
