import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { AccessLedger } from '../../gateway/ledger/access-ledger';
import { entryHash, genesis, type LedgerHash } from '../../gateway/ledger/chain';
import { type LedgerDatabase, prepareLedger } from '../../gateway/ledger/database';
import {
  type ExportedCheckpoint,
  exportCheckpoint,
  readExportedCheckpoint,
} from '../../gateway/ledger/exported-checkpoint';
import { type LedgerSettings, openLedger } from '../../gateway/ledger/open-ledger';
import { signatureVerifier } from '../../gateway/ledger/signing';
import { LedgerFault } from '../../gateway/ledger/verify/ledger-fault';
import { LedgerReader } from '../../gateway/ledger/verify/read-ledger';
import { type VerifiedLedger, verifyLedger } from '../../gateway/ledger/verify/verify-ledger';
import { type ProvisionedDatabase, provisionDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import type { Clock } from '../../shared/domain/clock';
import type { LedgerEntry, LedgerEntryV1 } from '../../shared/protocol/ledger-entry';
import { adminUrl, emptyLedger } from './databases';
import { PATIENT_MILLISECONDS } from './patience';
import { NEVER_MILLISECONDS } from './until';

export interface TestKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function makeKeys(namedCurve: 'P-256' | 'SM2' = 'P-256'): TestKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

export const TEST_KEYS = makeKeys();

export const TEST_LEDGER: LedgerSettings = {
  hash: 'sm3',
  signingKey: TEST_KEYS.privateKey,
  checkpointEntries: 10,
  checkpointSeconds: 3_600,
  deadlineMilliseconds: PATIENT_MILLISECONDS,
};

/** An empty database of that name, even if an earlier run left one. */
export async function emptyLedgerDatabase(name: string): Promise<LedgerDatabase & { readonly ownerUrl: string }> {
  await dropLedgerDatabase(name);
  return provisionDatabase(adminUrl(), name);
}

/**
 * A migrated ledger that is empty at the start of each test of a file. @returns a function that returns the current
 * one.
 */
export function ledgerForEachTest(name: string): () => ProvisionedDatabase {
  let database: ProvisionedDatabase;
  beforeEach(async () => {
    await dropLedgerDatabase(name);
    database = await emptyLedger(name);
  });
  afterAll(() => dropLedgerDatabase(name));
  return () => database;
}

export async function dropLedgerDatabase(name: string): Promise<void> {
  await asAdmin((admin) => admin.raw('drop database if exists ?? with (force)', [name]));
}

const nameOf = ({ writerUrl }: LedgerDatabase): string => new URL(writerUrl).pathname.slice(1);

/**
 * The database takes no connection, and those that there are have ended: a signal alone would leave one alive for a moment, in
 * which an entry may be sent that is written once the database is back, although its answer was withheld.
 */
export async function takeDown(ledger: LedgerDatabase): Promise<void> {
  const name = nameOf(ledger);
  await asAdmin(async (admin) => {
    await admin.raw('alter database ?? allow_connections false', [name]);
    const { rows } = await admin.raw(
      'select pg_terminate_backend(pid, ?) as ended from pg_stat_activity where datname = ?',
      [NEVER_MILLISECONDS, name],
    );
    if (rows.some(({ ended }: { ended: boolean }) => !ended)) throw new Error(`A connection to ${name} does not end.`);
  });
}

export async function bringBack(ledger: LedgerDatabase): Promise<void> {
  await asAdmin((admin) => admin.raw('alter database ?? allow_connections true', [nameOf(ledger)]));
}

export async function asAdmin<Result>(work: (admin: ReturnType<typeof connect>) => Promise<Result>): Promise<Result> {
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  try {
    return await work(admin);
  } finally {
    await admin.destroy();
  }
}

/**
 * @param clock of the gateway, and of the database when it is opened; `setDatabaseClock` changes the database's. @param
 *   logged receives log lines above level info. @param ownClock of the gateway alone.
 */
export async function open(
  database: LedgerDatabase,
  settings: Partial<LedgerSettings> = {},
  clock?: Clock,
  logged: string[] = [],
  ownClock = clock,
): Promise<AccessLedger> {
  if (clock !== undefined) {
    await prepareLedger(database);
    await setDatabaseClock(database, clock());
  }
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  return openLedger({ database, settings: { ...TEST_LEDGER, ...settings }, clock: ownClock, log });
}

/** Stops the clock of a ledger's database at an instant, or resets it to the machine's. */
export async function setDatabaseClock(database: LedgerDatabase, instant?: Date): Promise<void> {
  const now = instant === undefined ? 'pg_catalog.clock_timestamp()' : `timestamptz '${instant.toISOString()}'`;
  await asSuperuser(
    database,
    `create or replace function ledger.now() returns timestamptz language sql volatile as $$ select ${now} $$`,
  );
}

export function childNumber(index: number): string {
  return createHash('sha256').update(`child ${index}`).digest('base64url');
}

/** The entry of a query about two children. */
export function entryOf(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    v: 2,
    requestId: randomUUID(),
    stage: 'ended',
    time: '2026-05-17T08:30:00.000Z',
    peer: null,
    requests: 1,
    caller: { id: 'town-case-worker', agency: 'governance-center', roles: ['case-worker'], region: '990101001' },
    purpose: 'RISK_ASSESSMENT',
    reference: null,
    approvedBy: null,
    operation: { kind: 'query', name: 'Record', hash: 'c0ffee' },
    rules: 'rules-1',
    children: [childNumber(1), childNumber(2)],
    looks: [
      { agency: 'public-security', dataClass: 'public-security.identity', answer: 'clear', children: 'all' },
      { agency: 'education', dataClass: 'education.enrolment', answer: 'masked', children: [1] },
    ],
    emergency: null,
    outcome: { status: 200, codes: [] },
    milliseconds: 12,
    lookups: null,
    ...changes,
  };
}

/** An entry in the first version of the format. */
export function firstVersionOf(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  const { time: _time, peer: _peer, requests: _requests, lookups: _lookups, ...rest } = entryOf(changes);
  const entry: LedgerEntryV1 = { ...rest, v: 1, stage: rest.stage === 'begun' ? 'begun' : 'ended' };
  return entry as unknown as LedgerEntry;
}

/** Records an entry in a ledger that may be open elsewhere. */
export async function recordIn(
  database: LedgerDatabase,
  entries: readonly LedgerEntry[],
  clock?: Clock,
): Promise<void> {
  const ledger = await open(database, {}, clock);
  for (const entry of entries) await ledger.record(entry);
  await ledger.close();
  if (clock !== undefined) await setDatabaseClock(database);
}

/** Records this many entries one by one, in that order. */
export async function recordOneByOne(
  ledger: AccessLedger,
  count: number,
  version: LedgerEntry['v'] | LedgerEntryV1['v'] = 2,
): Promise<void> {
  for (let index = 0; index < count; index += 1) await ledger.record(version === 2 ? entryOf() : firstVersionOf());
}

/** Copies a database, like a restored backup; the original must have no connections. */
export async function cloneLedgerDatabase(database: LedgerDatabase, name: string): Promise<LedgerDatabase> {
  const original = new URL(database.writerUrl).pathname.slice(1);
  const owner = new URL(database.ownerUrl ?? '').username;
  await dropLedgerDatabase(name);
  await asAdmin((admin) =>
    admin.raw('create database ?? template ?? owner ?? strategy file_copy', [name, original, owner]),
  );
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).toString();
  return {
    ownerUrl: at(database.ownerUrl ?? ''),
    writerUrl: at(database.writerUrl),
    readerUrl: at(database.readerUrl),
  };
}

/** Executes statements as a superuser. */
export async function asSuperuser<Row = Record<string, unknown>>(
  { writerUrl }: LedgerDatabase,
  ...statements: readonly string[]
): Promise<Row[]> {
  const url = Object.assign(new URL(adminUrl()), { pathname: new URL(writerUrl).pathname }).toString();
  const db = connect(url, { poolSize: 1, statementTimeout: 0 });
  try {
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await db.raw(statement.replaceAll('?', '\\?')));
    return rows;
  } finally {
    await db.destroy();
  }
}

export interface VerifyChanges {
  readonly publicKeys?: readonly string[];
  readonly exported?: ExportedCheckpoint | undefined;
  readonly from?: number;
  readonly through?: number;
  readonly youngest?: { readonly entries: number; readonly seconds: number };
}

/** @returns the result of verifying, or the fault in one line. */
export async function verified(
  { writerUrl }: LedgerDatabase,
  { publicKeys = [TEST_KEYS.publicKey], youngest = { entries: 20, seconds: 7_200 }, ...options }: VerifyChanges = {},
): Promise<VerifiedLedger | string> {
  const ledger = await LedgerReader.open(writerUrl);
  try {
    return await verifyLedger(ledger, { keys: publicKeys.map(signatureVerifier), youngest, ...options });
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    return error.message;
  } finally {
    await ledger.close();
  }
}

/** The newest checkpoint in exported form. */
export async function exportNewest({ writerUrl }: LedgerDatabase): Promise<ExportedCheckpoint> {
  const ledger = await LedgerReader.open(writerUrl);
  try {
    const found = await ledger.newestCheckpoint();
    if (found === undefined) throw new Error('There is no checkpoint.');
    return readExportedCheckpoint(exportCheckpoint({ hash: await ledger.hash(), checkpoint: found }));
  } finally {
    await ledger.close();
  }
}

/** Recomputes the hashes of all entries from a number on, as an attacker could who knows the format but has no key. */
export async function recompute(database: LedgerDatabase, from: number, hash: LedgerHash = 'sm3'): Promise<void> {
  const ledger = await LedgerReader.open(database.writerUrl);
  const updates: string[] = [];
  try {
    let previous = (await ledger.entry(from - 1))?.hash ?? genesis(hash);
    for await (const found of ledger.entries(from, Number.MAX_SAFE_INTEGER)) {
      for (const entry of found) {
        const next = entryHash(hash, previous, entry);
        updates.push(
          `update ledger.entry set previous = '\\x${previous.toString('hex')}', hash = '\\x${next.toString('hex')}' where seq = ${entry.seq}`,
        );
        previous = next;
      }
    }
  } finally {
    await ledger.close();
  }
  await asSuperuser(database, ...updates);
}
