import { pino } from 'pino';
import { UsageError } from '../shared/cli/command-line';
import { runCommand } from '../shared/cli/run-command';
import { stopSignal } from '../shared/cli/until-stopped';
import { childIdSettings } from '../shared/config/child-id-key-setting';
import { dataDirectory } from '../shared/config/data-directory-setting';
import { ConfigurationError, Environment } from '../shared/config/environment';
import { isDatabaseGone } from '../shared/db/database-gone';
import { childIds } from '../shared/domain/child-id';
import { todayInChina } from '../shared/domain/dates';
import { EmbeddedPostgresError } from '../shared/embedded-postgres/postgres-error';
import { USAGE } from '../shared/import/arguments';
import { importCommand } from '../shared/import/import-command';
import { ImportRefused } from '../shared/import/refused';
import { agencyDatabase, refuseUnknownAgencies } from '../shared/subgraph/subgraph-settings';

/** `npm run -s import -- education enrolments.csv`: imports a file into an agency's database. */
async function importFile(words: readonly string[]): Promise<number> {
  const environment = new Environment(process.env);
  refuseUnknownAgencies(environment);
  const level = environment.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info');
  const idSettings = childIdSettings(environment);
  environment.finish();
  return importCommand({
    words,
    agenciesFolder: __dirname,
    databaseOf(agency) {
      const database = agencyDatabase(environment, agency);
      environment.finish();
      return database;
    },
    dataDirectory: dataDirectory(environment),
    childIds: () => childIds(idSettings),
    out: process.stdout,
    log: pino({ level }, process.stderr),
    today: todayInChina(),
    stopping: stopSignal(),
  });
}

/** Shows only the project's own messages: those of drivers and of Node.js can contain values of records. */
function safeMessage(error: Error & { readonly code?: string }): string {
  if ([ImportRefused, ConfigurationError, EmbeddedPostgresError].some((known) => error instanceof known)) {
    return error.message;
  }
  if (isDatabaseGone(error)) return 'the database cannot be reached. Run the same command again to continue.';
  return `an unexpected fault (${[error.name, error.code].filter(Boolean).join(', ')}). Run the same command again to continue.`;
}

void runCommand({
  usage: USAGE,
  failure: 'Not imported',
  // 2 already means that some rows were refused.
  exitCodes: { wrongUsage: 1 },
  run: (words) =>
    importFile(words).catch((error: Error) => {
      throw error instanceof UsageError || error instanceof ConfigurationError ? error : new Error(safeMessage(error));
    }),
});
