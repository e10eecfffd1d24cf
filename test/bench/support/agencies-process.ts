import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import { prepareLedger } from '../../../gateway/ledger/database';
import { provision, provisionDatabase } from '../../../shared/db/agency-database';
import type { Agency } from '../../../shared/domain/agencies';
import { childIds } from '../../../shared/domain/child-id';
import { claimDataDirectory } from '../../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../../shared/embedded-postgres/embedded-postgres';
import { contextVerifier } from '../../../shared/protocol/context-token';
import { startSubgraph } from '../../../shared/subgraph/start-subgraph';
import { subgraphServer } from '../../../shared/subgraph/subgraph-server';
import { TEST_CHILD_IDS } from '../../support/databases';
import type { AgenciesAnswer, AgenciesOptions, Counts } from './agencies';
import { openBenchCase } from './bench-case';
import { withBenchToken } from './bench-context';

/**
 * All agencies behind HTTP in one process, on a separate database server, so a gateway's CPU time includes none of
 * theirs.
 */
async function main({ directory, district, contextPublicKey }: AgenciesOptions): Promise<void> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step().catch(() => undefined);
  };
  const tell = (answer: AgenciesAnswer) => process.send?.(answer);
  let counts: Counts = { arrivals: 0, statements: 0 };
  // A terminal's Ctrl-C reaches this process too; the process that started it decides when it ends.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => void close().finally(() => process.exit(0)));
  process.on('message', (question) => {
    if (question === 'counts') tell({ counts });
    if (question === 'counts') counts = { arrivals: 0, statements: 0 };
  });
  try {
    const claim = await claimDataDirectory(directory);
    closing.push(() => claim.release());
    const postgres = await startEmbeddedPostgres({ dataDirectory: directory });
    closing.push(() => postgres.stop());
    const ledger = await provisionDatabase(postgres.adminUrl, 'access_ledger');
    await prepareLedger(ledger);
    const log = pino({ level: 'silent' });
    const urls: Partial<Record<Agency, string>> = {};
    let children: readonly string[] = [];
    for (const definition of SUBGRAPHS) {
      const { agency } = definition;
      const running = await startSubgraph({
        definition,
        database: await provision(postgres.adminUrl, agency),
        ledgerUrl: ledger.readerUrl,
        district,
        childIds: childIds(TEST_CHILD_IDS),
        verifyContext: withBenchToken(agency, contextVerifier(contextPublicKey, agency), () => children),
        log,
      });
      closing.push(() => running.close());
      for (const pool of [running.db, running.lists]) {
        pool.on('query', () => {
          counts.statements += 1;
        });
      }
      const app = subgraphServer(() => running, log);
      app.addHook('onRequest', async ({ method }) => {
        if (method === 'POST') counts.arrivals += 1;
      });
      await app.listen({ host: '127.0.0.1', port: 0 });
      closing.push(() => app.close());
      urls[agency] = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/graphql`;
    }
    const { adminUrl } = postgres;
    children = await openBenchCase(adminUrl);
    tell({ ready: { urls: urls as Record<Agency, string>, ledger, adminUrl, children } });
  } catch (error) {
    await close();
    tell({ failed: (error as Error).stack ?? String(error) });
    process.disconnect();
  }
}

void main(JSON.parse(process.env.BENCH_AGENCIES ?? ''));
