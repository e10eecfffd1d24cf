import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';

/** Advisory lock key, arbitrary but the same in all processes. */
const MIGRATION_LOCK = 7_291_004;

/** Grants the roles of a database their rights, and revokes all others. */
export type SetRights = (db: Knex) => Promise<void>;

/**
 * Migrates a database to the newest version and sets its roles' rights. Can be run repeatedly and by several processes at
 * once; a killed process leaves nothing that blocks the next.
 *
 * @param db connected as the owner.
 * @param directory holds `NNNN-name.sql` files, run in order of their names, each in a transaction.
 */
export async function migrate(db: Knex, directory: string, setRights: SetRights): Promise<void> {
  await withAdvisoryLock(db, async () => {
    const migrator = db.migrate;
    const config = { migrationSource: sqlFiles(directory), tableName: 'migration', schemaName: 'public' };
    // Knex's own lock outlives a killed process; the holder of the advisory lock knows that it is stale.
    if (await db.schema.hasTable('migration_lock')) await migrator.forceFreeMigrationsLock(config);
    await migrator.latest(config);
    await setRights(db);
  });
}

/** Runs work under a session lock: PostgreSQL releases it when the connection ends, however it ends. */
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
