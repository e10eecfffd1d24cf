import { type AgencyDatabase, type ProvisionedDatabase, roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { AGENCIES, type Agency, databaseName } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { todayInChina } from '../../shared/domain/dates';
import type { District } from '../../shared/synthetic/district';
import { keyFile } from './key-file';

/** Key and hash of all tests' pseudonyms. */
export const TEST_CHILD_IDS = { key: Buffer.from('test-only-child-id-key-for-synthetic-people'), hash: 'sm3' as const };

/** Settings that let a process derive them. */
export const testChildIdVariables = () => ({ CHILD_ID_KEY_FILE: keyFile(TEST_CHILD_IDS.key.toString()) });

export const TEST_LEDGER_NAME = 'test_ledger';

/** A run that goes on past midnight stays on the day on which the global set-up began it. */
process.env.TEST_DAY ??= todayInChina();

/** The district that the tests' databases hold; filled once per run. */
export const TEST_DISTRICT: District = { seed: 'district', size: 400, today: process.env.TEST_DAY };

/** The tests' databases, as the global set-up has left them in the environment. */
export function testDatabases(): ReadonlyMap<Agency, ProvisionedDatabase> {
  const databases = JSON.parse(process.env.TEST_DATABASES ?? '{}') as Record<Agency, ProvisionedDatabase>;
  return new Map(AGENCIES.map((agency) => [agency, databases[agency]]));
}

export function testDatabase(agency: Agency): ProvisionedDatabase {
  const database = testDatabases().get(agency);
  if (database === undefined) throw new Error('The global set-up did not run.');
  return database;
}

/** Without its owner where it is the one that all tests share: the set-up has migrated and filled that. */
export function withoutOwnerIfShared(agency: Agency, database: AgencyDatabase): AgencyDatabase {
  const isShared = database.readerUrl === testDatabase(agency).readerUrl;
  return isShared ? { ...database, ownerUrl: undefined } : database;
}

/** A ledger that is migrated, and empty: subgraphs that show one need it to start. */
export function testLedger(): ProvisionedDatabase {
  return JSON.parse(process.env.TEST_LEDGER ?? '{}') as ProvisionedDatabase;
}

/** A superuser's URL on the tests' server, for tests that need databases of their own. */
export function adminUrl(): string {
  return process.env.TEST_ADMIN_URL ?? '';
}

/** A migrated database of an agency's own, filled with the tests' district; the full child is not in it. */
export function filledDatabase(agency: Agency, name: string): Promise<ProvisionedDatabase> {
  return copyTemplate(testDatabase(agency), databaseName(agency), name);
}

/** A migrated ledger of one's own, which nobody has written to. */
export function emptyLedger(name: string): Promise<ProvisionedDatabase> {
  return copyTemplate(testLedger(), TEST_LEDGER_NAME, name);
}

/** The database that the global set-up keeps for copies, which nobody connects to. */
export const templateOf = (name: string): string => `${name}_template`;

/** Copying takes a tenth of the time of migrating and filling. The roles of the original are those of the copy, too. */
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
  nobody: '990101201111110096',
} as const;

export const childIdOf = (idNumber: string): string => childIds(TEST_CHILD_IDS).derive(idNumber);
