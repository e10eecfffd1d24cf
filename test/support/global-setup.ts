import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { build } from '../../developer-kit/build/build';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { prepareLedger } from '../../gateway/ledger/database';
import { type ProvisionedDatabase, provisionDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { AGENCIES, databaseName } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { prepareDatabase } from '../../shared/subgraph/prepare-database';
import { TEST_CHILD_IDS, TEST_DISTRICT, TEST_LEDGER_NAME, templateOf } from './databases';
import { insertFullChild } from './full-child';
import globalTeardown, { type ClosingSteps } from './global-teardown';
import { RUN_DIRECTORY, removeLeftBehind } from './left-behind';

/**
 * Creates one directory for all files of the run, with a real PostgreSQL that has all agencies' databases, migrated and
 * filled, with the full child, and an empty access ledger. Each database has a template without the full child, for
 * tests that need a database of their own. Builds `dist/` for tests of the production build.
 */
export default async function globalSetup(): Promise<void> {
  const closing: (() => Promise<unknown>)[] = [];
  Object.assign(globalThis, { closeTestRun: closing } satisfies ClosingSteps);
  try {
    await removeLeftBehind(tmpdir());
    const runDirectory = await mkdtemp(join(tmpdir(), RUN_DIRECTORY));
    closing.push(() => rm(runDirectory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
    // If the tests run as root, PostgreSQL's own user needs access; otherwise its cluster would be created, and left
    // behind, elsewhere.
    await chmod(runDirectory, 0o755);
    await keepTranslations(runDirectory);
    // Temporary files of tests and their processes go here.
    process.env.TMPDIR = runDirectory;
    const dataDirectory = join(runDirectory, 'databases');
    const claim = await claimDataDirectory(dataDirectory);
    closing.push(() => claim.release());
    const postgres = await startEmbeddedPostgres({ dataDirectory });
    closing.push(() => postgres.stop());
    const admin = connect(postgres.adminUrl, { poolSize: AGENCIES.length, statementTimeout: 0 });
    closing.push(() => admin.destroy());
    await forgoDurability(admin);
    const [ledger, databases] = await Promise.all([
      makeLedger(admin, postgres.adminUrl),
      fill(admin, postgres.adminUrl),
      build(),
    ]);
    process.env.TEST_LEDGER = JSON.stringify(ledger);
    process.env.TEST_DATABASES = JSON.stringify(databases);
    process.env.TEST_ADMIN_URL = postgres.adminUrl;
    process.env.TEST_DATA_DIRECTORY = dataDirectory;
  } catch (error) {
    // jest runs no tear-down after a failed set-up, and the server would outlive the run.
    await globalTeardown();
    throw error;
  }
}

// Private:

/** tsx caches its output under TMPDIR: keeps the cache of earlier runs. */
async function keepTranslations(runDirectory: string): Promise<void> {
  const name = `tsx-${process.geteuid?.() ?? userInfo().username}`;
  const translations = join(tmpdir(), name);
  await mkdir(translations, { recursive: true });
  await symlink(translations, join(runDirectory, name));
}

/**
 * Turns off durability, because this server's data is only for this run. Tests of durability have their own servers.
 */
async function forgoDurability(admin: Knex): Promise<void> {
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', checkpoint_timeout: '1h' };
  for (const [name, value] of Object.entries({ ...settings, scram_iterations: '1' })) {
    await admin.raw(`alter system set ${name} = '${value}'`);
  }
  await admin.raw('select pg_reload_conf()');
  // It is set on the server's command line, and takes most of the time of creating a database.
  await admin.raw('alter role all set wal_compression = off');
}

async function makeLedger(admin: Knex, adminUrl: string): Promise<ProvisionedDatabase> {
  const ledger = await provisionDatabase(adminUrl, TEST_LEDGER_NAME);
  await prepareLedger(ledger);
  await keepTemplate(admin, TEST_LEDGER_NAME);
  return ledger;
}

async function fill(admin: Knex, adminUrl: string): Promise<Readonly<Record<string, ProvisionedDatabase>>> {
  const filled = SUBGRAPHS.map(async (definition) => {
    const { agency } = definition;
    const database = await provisionDatabase(adminUrl, databaseName(agency));
    await prepareDatabase({ definition, database, district: TEST_DISTRICT, childIds: childIds(TEST_CHILD_IDS) });
    await keepTemplate(admin, databaseName(agency));
    await insertFullChild(agency, database);
    return [agency, database] as const;
  });
  return Object.fromEntries(await Promise.all(filled));
}

async function keepTemplate(admin: Knex, name: string): Promise<void> {
  await admin.raw('create database ?? template ?? strategy file_copy', [templateOf(name), name]);
}
