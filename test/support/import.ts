import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { UsageError } from '../../shared/cli/command-line';
import { PROJECT } from '../../shared/config/project-root';
import { type AgencyDatabase, provision } from '../../shared/db/agency-database';
import type { Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { todayInChina } from '../../shared/domain/dates';
import { importCommand } from '../../shared/import/import-command';
import { ImportRefused } from '../../shared/import/refused';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import type { AnySubgraphDefinition } from '../../shared/subgraph/subgraph-definition';
import education from '../../subgraphs/education';
import { adminUrl, TEST_CHILD_IDS } from './databases';

/** A migrated, empty database of education, by default on the tests' server. */
export const educationDatabase = (name: string, serverUrl = adminUrl()): Promise<AgencyDatabase> =>
  emptyDatabaseOf(education, name, serverUrl);

/** A migrated, empty database of an agency. */
export async function emptyDatabaseOf(
  definition: AnySubgraphDefinition,
  name: string,
  serverUrl = adminUrl(),
): Promise<AgencyDatabase> {
  const database = await provision(serverUrl, definition.agency, name);
  const running = await startSubgraph({
    definition,
    database,
    district: undefined,
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });
  await running.close();
  return database;
}

export interface ImportRun {
  /** 1 if it was refused. */
  readonly code: number;
  /** The output, including a refusal. */
  readonly said: string;
  readonly logged: string;
}

/** Runs `npm run import` in this process, on a test's database or, without one, the embedded system's. */
export async function runImportCommand(
  database: AgencyDatabase | undefined,
  words: readonly string[],
  { key = TEST_CHILD_IDS.key, stopping = new AbortController().signal } = {},
): Promise<ImportRun> {
  const written = { said: '', logged: '' };
  const into = (name: keyof typeof written) =>
    new PassThrough().setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  const out = into('said');
  const code = await importCommand({
    words,
    agenciesFolder: `${PROJECT}/subgraphs`,
    databaseOf: (_agency: Agency) => database,
    dataDirectory: process.env.TEST_DATA_DIRECTORY ?? '',
    childIds: () => childIds({ ...TEST_CHILD_IDS, key }),
    out: out as unknown as NodeJS.WriteStream,
    log: pino({ level: 'info' }, into('logged')),
    today: todayInChina(),
    stopping,
  }).catch((error: Error) => {
    if (!(error instanceof ImportRefused || error instanceof UsageError)) throw error;
    out.write(error.message);
    return 1;
  });
  await new Promise((done) => setImmediate(done));
  return { code, ...written };
}
