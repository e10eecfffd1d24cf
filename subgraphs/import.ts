import { pino } from 'pino';
import { stopSignal } from '../shared/cli/until-stopped';
import { childIdSettings } from '../shared/config/child-id-key-setting';
import { dataDirectory } from '../shared/config/data-directory-setting';
import { ConfigurationError, Environment } from '../shared/config/environment';
import { isDatabaseGone } from '../shared/db/database-gone';
import { childIds } from '../shared/domain/child-id';
import { todayInChina } from '../shared/domain/dates';
import { EmbeddedPostgresError } from '../shared/embedded-postgres/postgres-error';
import { importCommand } from '../shared/import/import-command';
import { ImportRefused } from '../shared/import/refused';
import { agencyDatabase, refuseUnknownAgencies } from '../shared/subgraph/subgraph-settings';

/** Files into an agency's database: `npm run -s import -- education enrolments.csv`. The only place of it that touches the process. */
async function main(): Promise<number> {
  const environment = new Environment(process.env);
  refuseUnknownAgencies(environment);
  const level = environment.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info');
  const idSettings = childIdSettings(environment);
  environment.finish();
  return importCommand({
    words: process.argv.slice(2),
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

/** Messages of drivers and of the runtime can hold values: only our own are shown. */
function told(error: Error & { readonly code?: string }): string {
  if ([ImportRefused, ConfigurationError, EmbeddedPostgresError].some((known) => error instanceof known)) {
    return error.message;
  }
  if (isDatabaseGone(error)) return 'the database is gone, or cannot be reached. The same command goes on from there.';
  return `an unexpected fault (${[error.name, error.code].filter(Boolean).join(', ')}). The same command goes on from there.`;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`Not imported: ${told(error)}\n`);
    process.exitCode = 1;
  },
);
