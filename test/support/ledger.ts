import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type AccessLedger, type LedgerSettings, openLedger } from '../../gateway/ledger/access-ledger';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import type { LedgerEntry } from '../../gateway/ledger/entry';
import type { Clock } from '../../shared/clock';
import { provisionDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { adminUrl } from './databases';

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
  deadlineMilliseconds: 2_000,
};

/** A database of that name, empty again where an earlier run left one. */
export async function emptyLedgerDatabase(name: string): Promise<LedgerDatabase & { readonly ownerUrl: string }> {
  await dropLedgerDatabase(name);
  return provisionDatabase(adminUrl(), name);
}

export async function dropLedgerDatabase(name: string): Promise<void> {
  await asAdmin((admin) => admin.raw('drop database if exists ?? with (force)', [name]));
}

export async function asAdmin<Result>(work: (admin: ReturnType<typeof connect>) => Promise<Result>): Promise<Result> {
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 60_000 });
  try {
    return await work(admin);
  } finally {
    await admin.destroy();
  }
}

export function open(
  database: LedgerDatabase,
  settings: Partial<LedgerSettings> = {},
  clock?: Clock,
): Promise<AccessLedger> {
  return openLedger({ database, settings: { ...TEST_LEDGER, ...settings }, clock, log: pino({ level: 'silent' }) });
}

export function childNumber(index: number): string {
  return createHash('sha256').update(`child ${index}`).digest('base64url');
}

/** An entry as a query about two children leaves it. */
export function entryOf(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    v: 1,
    requestId: randomUUID(),
    stage: 'ended',
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
    ...changes,
  };
}

/** Records an entry in a ledger that somebody else may have open. */
export async function recordIn(
  database: LedgerDatabase,
  entries: readonly LedgerEntry[],
  clock?: Clock,
): Promise<void> {
  const ledger = await open(database, {}, clock);
  for (const entry of entries) await ledger.record(entry);
  await ledger.close();
}

/** Records so many entries, each by itself, so that they come in that order. */
export async function recordOneByOne(ledger: AccessLedger, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await ledger.record(entryOf());
}
