import { join } from 'node:path';
import { pino } from 'pino';
import { childIdSettings } from '../shared/config/child-id-key-setting';
import { Environment } from '../shared/config/environment';
import { AGENCIES, enumName, isAgency } from '../shared/domain/agencies';
import { childIds } from '../shared/domain/child-id';
import { prepareDatabase } from '../shared/subgraph/prepare-database';
import type { AnySubgraphDefinition } from '../shared/subgraph/subgraph-definition';
import { agencyDatabase, agencyDistrict, refuseUnknownAgencies } from '../shared/subgraph/subgraph-settings';

/**
 * Prepares one agency's database and ends: `npm run migrate -- education`. It alone needs the password of the tables' owner.
 * The only place of it that touches the process.
 */
async function main(name: string | undefined): Promise<void> {
  if (name === undefined || !isAgency(name))
    throw new Error(`Usage: npm run migrate -- <agency>, where <agency> is one of\n  ${AGENCIES.join('\n  ')}`);
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
  const { default: definition } = (await import(join(__dirname, name))) as { default: AnySubgraphDefinition };
  await prepareDatabase({
    definition,
    database: { ...database, ownerUrl },
    district,
    childIds: childIds(idSettings),
    onProgress: (written) => log.info({ written }, 'filling the database'),
  });
  log.info('the database is prepared');
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`Not migrated: ${error.message}\n`);
  process.exitCode = 1;
});
