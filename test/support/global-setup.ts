import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { prepareLedger } from '../../gateway/ledger/database';
import { type AgencyDatabase, provision, provisionDatabase } from '../../shared/db/agency-database';
import type { Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import { TEST_CHILD_IDS, TEST_DISTRICT } from './databases';
import { insertFullChild } from './full-child';
import globalTeardown from './global-teardown';

/** One real PostgreSQL for the whole run, with all agencies' databases migrated, filled, and the full child in them; and an
 * access ledger that nobody has written to. */
export default async function globalSetup(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'record-test-'));
  // For PostgreSQL's own user, where the tests run as root: its cluster would be put, and left, elsewhere otherwise.
  await chmod(dataDirectory, 0o755);
  const claim = await claimDataDirectory(dataDirectory);
  const postgres = await startEmbeddedPostgres({ dataDirectory });
  Object.assign(globalThis, { testServer: { postgres, claim, dataDirectory } });
  try {
    const ledger = await provisionDatabase(postgres.adminUrl, 'test_ledger');
    await prepareLedger(ledger);
    process.env.TEST_LEDGER = JSON.stringify(ledger);
    const databases = await fill(postgres.adminUrl, ledger.readerUrl);
    process.env.TEST_DATABASES = JSON.stringify(Object.fromEntries(databases));
    process.env.TEST_ADMIN_URL = postgres.adminUrl;
    process.env.TEST_DATA_DIRECTORY = dataDirectory;
  } catch (error) {
    // Without a set-up there is no tear-down, and the server would outlive the run.
    await globalTeardown();
    throw error;
  }
}

function fill(adminUrl: string, ledgerUrl: string): Promise<(readonly [Agency, AgencyDatabase])[]> {
  return Promise.all(
    SUBGRAPHS.map(async (definition) => {
      const database = await provision(adminUrl, definition.agency);
      const running = await startSubgraph({
        definition,
        database,
        ledgerUrl,
        district: TEST_DISTRICT,
        childIds: childIds(TEST_CHILD_IDS),
        verifyContext: () => null,
        log: pino({ level: 'silent' }),
      });
      await running.close();
      await insertFullChild(definition.agency, database);
      return [definition.agency, database] as const;
    }),
  );
}
