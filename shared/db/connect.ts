import knex, { type Knex } from 'knex';
import { types } from 'pg';

/** PostgreSQL type oids whose default JavaScript form would lose something. */
const DATE = types.builtins.DATE;
const NUMERIC = types.builtins.NUMERIC;

const typeParsers = {
  /** Dates stay text: a JavaScript Date would shift them by the time zone. Amounts become numbers, as GraphQL's Float. */
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === DATE) return (text: string) => text;
    if (oid === NUMERIC) return (text: string) => Number(text);
    return types.getTypeParser(oid as Parameters<typeof types.getTypeParser>[0], format as 'text');
  },
};

export interface ConnectionOptions {
  /** Largest number of connections held at once. */
  readonly poolSize: number;
  /** Statements that run longer are cancelled by the server, in milliseconds; 0 for none. */
  readonly statementTimeout: number;
  /** Whether a table is read from one end to the other only where no index can tell: for lists, which are a small part of it. */
  readonly byIndex?: boolean;
}

const silent = (): void => undefined;

/** A knex instance on one PostgreSQL database. Connections open on first use. */
export function connect(url: string, { poolSize, statementTimeout, byIndex = false }: ConnectionOptions): Knex {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'unified-child-record',
      statement_timeout: statementTimeout,
      ...(byIndex && { options: '-c enable_seqscan=off' }),
      // pg's option, which knex hands through without naming it in its types.
      ...({ types: typeParsers } as object),
    },
    pool: { min: 0, max: poolSize },
    acquireConnectionTimeout: 10_000,
    // Knex would print drivers' messages, which can hold values; errors reach the caller all the same.
    log: { debug: silent, warn: silent, error: silent, deprecate: silent },
  });
}
