import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';

/** Any number will do, as long as every process of the system takes the same one. */
const MIGRATION_LOCK = 7_291_004;

/** The roles that a subgraph runs as. */
export interface SubgraphRoles {
  readonly reader: string;
  /** Of an agency that has mutations. */
  readonly writer: string | undefined;
}

/**
 * Brings an agency's database to the newest migration and its roles to their rights: the reader to `SELECT` on the views of
 * schema `exposed`, the writer to `SELECT`, `INSERT` and `UPDATE` on those of schema `work`, and no table. Safe to run twice, and by two processes at once; a process that was killed half
 * way leaves nothing that hinders the next.
 *
 * @param db on the owner role.
 * @param directory holds `NNNN-name.sql` files, run in the order of their names, each in a transaction.
 */
export async function migrate(db: Knex, directory: string, roles: SubgraphRoles): Promise<void> {
  await withAdvisoryLock(db, async () => {
    const migrator = db.migrate;
    const config = { migrationSource: sqlFiles(directory), tableName: 'migration', schemaName: 'public' };
    // Knex's own lock outlives a killed process. Whoever holds the advisory lock knows that it is stale.
    if (await db.schema.hasTable('migration_lock')) await migrator.forceFreeMigrationsLock(config);
    await migrator.latest(config);
    await restrict(db, roles);
  });
}

/** A session lock: PostgreSQL gives it back when the connection ends, however it ends. */
async function withAdvisoryLock(db: Knex, work: () => Promise<void>): Promise<void> {
  const connection = await db.client.acquireConnection();
  try {
    await connection.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await work();
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await db.client.releaseConnection(connection);
  }
}

async function restrict(db: Knex, roles: SubgraphRoles): Promise<void> {
  const { rows } = await db.raw('select current_database() as name');
  const database = quoteIdentifier(rows[0].name);
  const reader = quoteIdentifier(roles.reader);
  await db.raw(
    `revoke all on database ${database} from public;
     grant connect on database ${database} to ${reader};
     revoke all on all tables in schema public, base, exposed from ${reader};
     revoke all on schema base from ${reader};
     revoke create on schema public, exposed from ${reader};
     grant usage on schema exposed to ${reader};
     grant select on all tables in schema exposed to ${reader};`,
  );
  if (roles.writer === undefined) return;
  const writer = quoteIdentifier(roles.writer);
  await db.raw(
    `grant connect on database ${database} to ${writer};
     revoke all on all tables in schema public, base, exposed, work from ${writer};
     revoke all on schema base, exposed from ${writer};
     revoke create on schema public, work from ${writer};
     grant usage on schema work to ${writer};
     grant select, insert, update on all tables in schema work to ${writer};`,
  );
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function sqlFiles(directory: string): Knex.MigrationSource<string> {
  return {
    async getMigrations() {
      return (await readdir(directory)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
    },
    getMigrationName: (name) => name,
    async getMigration(name) {
      const sql = await readFile(join(directory, name), 'utf8');
      return {
        up: (transaction) => transaction.raw(sql),
        down: () => Promise.reject(new Error('Migrations only go forward.')),
      };
    },
  };
}
