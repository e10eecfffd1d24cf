import { join } from 'node:path';
import { pino } from 'pino';
import { AGENCY_CHOICES, oneAgency } from '../shared/cli/agency-argument';
import { readCommandLine } from '../shared/cli/command-line';
import { runCommand } from '../shared/cli/run-command';
import { childIdSettings } from '../shared/config/child-id-key-setting';
import { Environment } from '../shared/config/environment';
import { type Agency, enumName } from '../shared/domain/agencies';
import { childIds } from '../shared/domain/child-id';
import { prepareDatabase } from '../shared/subgraph/prepare-database';
import type { AnySubgraphDefinition } from '../shared/subgraph/subgraph-definition';
import { agencyDatabase, agencyDistrict, refuseUnknownAgencies } from '../shared/subgraph/subgraph-settings';

const USAGE = `Usage: npm run migrate -- <agency>, ${AGENCY_CHOICES}`;

/**
 * `npm run migrate -- education`: prepares one agency's database. Only this command needs the password of the tables'
 * owner.
 */
async function migrate(name: Agency): Promise<void> {
  const environment = new Environment(process.env);
  refuseUnknownAgencies(environment);
  const database = agencyDatabase(environment, name);
  const ownerUrl = database?.ownerUrl;
  if (ownerUrl === undefined) {
    environment.fault(`DATABASE_URL_${enumName(name)} is not set: the role that owns the tables.`);
  }
  const level = environment.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info');
  const idSettings = childIdSettings(environment);
  const district = agencyDistrict(environment);
  environment.finish();
  if (database === undefined || ownerUrl === undefined) return;
  const log = pino({ level }).child({ agency: name });
  const { default: definition } = require(join(__dirname, name)) as { default: AnySubgraphDefinition };
  await prepareDatabase({
    definition,
    database: { ...database, ownerUrl },
    district,
    childIds: childIds(idSettings),
    onProgress: (written) => log.info({ written }, 'filling the database'),
  });
  log.info('the database is prepared');
}

void runCommand({
  usage: USAGE,
  failure: 'Not migrated',
  run: (words) => migrate(oneAgency(USAGE, readCommandLine(USAGE, words, { allowPositionals: true }).positionals)),
});
