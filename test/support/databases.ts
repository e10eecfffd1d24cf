import { type AgencyDatabase, type ProvisionedDatabase, roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { AGENCIES, type Agency, databaseName } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { todayInChina } from '../../shared/domain/dates';
import type { District } from '../../shared/synthetic/district';
import { keyFile } from './key-file';

/** Key and hash of all tests' pseudonyms. */
export const TEST_CHILD_IDS = { key: Buffer.from('test-only-child-id-key-for-synthetic-people'), hash: 'sm3' as const };

/** Settings with which a process derives them. */
export const testChildIdVariables = () => ({ CHILD_ID_KEY_FILE: keyFile(TEST_CHILD_IDS.key.toString()) });

export const TEST_LEDGER_NAME = 'test_ledger';

/** The day on which the global set-up started, even after midnight. */
process.env.TEST_DAY ??= todayInChina();

/** The district in the tests' databases, which are filled once per run. */
export const TEST_DISTRICT: District = { seed: 'district', size: 400, today: process.env.TEST_DAY };

/** The tests' databases, from the environment that the global set-up wrote. */
export function testDatabases(): ReadonlyMap<Agency, ProvisionedDatabase> {
  const databases = JSON.parse(process.env.TEST_DATABASES ?? '{}') as Record<Agency, ProvisionedDatabase>;
  return new Map(AGENCIES.map((agency) => [agency, databases[agency]]));
}

export function testDatabase(agency: Agency): ProvisionedDatabase {
  const database = testDatabases().get(agency);
  if (database === undefined) throw new Error('The global set-up did not run.');
  return database;
}

/** Removes the owner's URL of a shared database, which the set-up has migrated and filled. */
export function withoutOwnerIfShared(agency: Agency, database: AgencyDatabase): AgencyDatabase {
  const isShared = database.readerUrl === testDatabase(agency).readerUrl;
  return isShared ? { ...database, ownerUrl: undefined } : database;
}

/** A migrated, empty ledger, which a subgraph that shows the ledger needs to start. */
export function testLedger(): ProvisionedDatabase {
  return JSON.parse(process.env.TEST_LEDGER ?? '{}') as ProvisionedDatabase;
}

/** A superuser's URL on the tests' server, for tests that need databases of their own. */
export function adminUrl(): string {
  return process.env.TEST_ADMIN_URL ?? '';
}

/** A separate, migrated database of an agency, filled with the tests' district, without the full child. */
export function filledDatabase(agency: Agency, name: string): Promise<ProvisionedDatabase> {
  return copyTemplate(testDatabase(agency), databaseName(agency), name);
}

/** A separate, migrated and empty ledger. */
export function emptyLedger(name: string): Promise<ProvisionedDatabase> {
  return copyTemplate(testLedger(), TEST_LEDGER_NAME, name);
}

/** The database that the global set-up keeps as a template, without connections. */
export const templateOf = (name: string): string => `${name}_template`;

/** Copying takes a tenth of the time of migrating and filling. The copy has the original's roles. */
async function copyTemplate(urls: ProvisionedDatabase, original: string, name: string): Promise<ProvisionedDatabase> {
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  try {
    const names = [name, templateOf(original), roleOf(urls.ownerUrl)];
    await admin.raw('create database ?? template ?? owner ?? strategy file_copy', names);
  } finally {
    await admin.destroy();
  }
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).toString();
  return { ownerUrl: at(urls.ownerUrl), readerUrl: at(urls.readerUrl), writerUrl: at(urls.writerUrl) };
}

/** ID numbers of the story children. */
export const STORY = {
  leftBehind: '99010120130517002X',
  protectedAddress: '990101201209030019',
  sealed: '990101200902210056',
  unsupported: '990101201608110067',
  neighbour: '990102201401050032',
  placeUnknown: '99010120120905001X',
  placed: '990101201504160027',
  warned: '990101201303090085',
  supported: '990101201206110072',
  nobody: '990101201111110096',
} as const;

export const childIdOf = (idNumber: string): string => childIds(TEST_CHILD_IDS).derive(idNumber);
