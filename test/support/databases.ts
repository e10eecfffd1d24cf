import type { LedgerDatabase } from '../../gateway/ledger/database';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { todayInChina } from '../../shared/domain/dates';
import type { District } from '../../shared/synthetic/district';
import { keyFile } from './key-file';

/** Key and hash of all tests' pseudonyms. */
export const TEST_CHILD_IDS = { key: Buffer.from('test-only-child-id-key-for-synthetic-people'), hash: 'sm3' as const };

/** Settings that let a process derive them. */
export const testChildIdVariables = () => ({ CHILD_ID_KEY_FILE: keyFile(TEST_CHILD_IDS.key.toString()) });

/** A run that goes on past midnight stays on the day on which the global set-up began it. */
process.env.TEST_DAY ??= todayInChina();

/** The district that the tests' databases hold; filled once per run. */
export const TEST_DISTRICT: District = { seed: 'district', size: 400, today: process.env.TEST_DAY };

/** The tests' databases, as the global set-up has left them in the environment. */
export function testDatabases(): ReadonlyMap<Agency, AgencyDatabase> {
  const databases = JSON.parse(process.env.TEST_DATABASES ?? '{}') as Record<Agency, AgencyDatabase>;
  return new Map(AGENCIES.map((agency) => [agency, databases[agency]]));
}

export function testDatabase(agency: Agency): AgencyDatabase {
  const database = testDatabases().get(agency);
  if (database === undefined) throw new Error('The global set-up did not run.');
  return database;
}

/** A ledger that is migrated, and empty: subgraphs that show one need it to start. */
export function testLedger(): LedgerDatabase {
  return JSON.parse(process.env.TEST_LEDGER ?? '{}') as LedgerDatabase;
}

/** A superuser's URL on the tests' server, for tests that need databases of their own. */
export function adminUrl(): string {
  return process.env.TEST_ADMIN_URL ?? '';
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
