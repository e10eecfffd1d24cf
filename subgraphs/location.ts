import { pino } from 'pino';
import { UsageError } from '../shared/cli/command-line';
import { runCommand } from '../shared/cli/run-command';
import { dataDirectory } from '../shared/config/data-directory-setting';
import { ConfigurationError, Environment } from '../shared/config/environment';
import { isDatabaseGone } from '../shared/db/database-gone';
import { EmbeddedPostgresError } from '../shared/embedded-postgres/postgres-error';
import { USAGE } from '../shared/import/location/location-arguments';
import { locationCommand } from '../shared/import/location/location-command';
import { ImportRefused } from '../shared/import/refused';
import { agencyDatabase, refuseUnknownAgencies } from '../shared/subgraph/subgraph-settings';

/** `npm run -s location -- apply education protected.txt`: tells a roster whose location is protected. */
async function carryLocations(words: readonly string[]): Promise<void> {
  const environment = new Environment(process.env);
  refuseUnknownAgencies(environment);
  const level = environment.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info');
  await locationCommand({
    words,
    agenciesFolder: __dirname,
    databaseOf(agency) {
      const database = agencyDatabase(environment, agency);
      environment.finish();
      return database;
    },
    dataDirectory: dataDirectory(environment),
    out: process.stdout,
    log: pino({ level }, process.stderr),
  });
}

/** Shows only the project's own messages: those of drivers can contain values of records. */
function safeError(error: Error & { readonly code?: string }): Error {
  const known = [ImportRefused, UsageError, ConfigurationError, EmbeddedPostgresError];
  if (known.some((kind) => error instanceof kind)) return error;
  if (isDatabaseGone(error)) return new Error('the database cannot be reached; nothing was changed.');
  return new Error(
    `an unexpected fault (${[error.name, error.code].filter(Boolean).join(', ')}); nothing was changed.`,
  );
}

void runCommand({
  usage: USAGE,
  failure: 'Not done',
  run: (words) =>
    carryLocations(words).catch((error: Error) => {
      throw safeError(error);
    }),
});
