import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { connect } from '../../../shared/db/connect';
import { addMonths, todayInChina } from '../../../shared/domain/dates';
import { beginning, type ChainHead, genesis } from '../chain';
import { type CheckpointHead, checkpointHash } from '../checkpoint';
import { boundsOf } from '../months';
import type { SignatureVerifier } from '../signing';
import { LedgerReader } from '../verify/read-ledger';
import { type ArchiveLine, writeArchive } from './archive-file';
import { type VerifiedArchive, verifyArchive } from './verify-archive';

export interface ArchiveMonthOptions {
  readonly ownerUrl: string;
  /** `2023-01` */
  readonly month: string;
  readonly directory: string;
  readonly retentionYears: number;
  readonly keys: readonly SignatureVerifier[];
  readonly now: Date;
}

export interface ArchivedFile extends VerifiedArchive {
  readonly file: string;
}

/**
 * Writes the entries of an old month to a file, verifies the file, and drops the month. Can be repeated after any
 * interruption: one transaction at the end drops the month and records it as archived.
 *
 * @throws if the month is too young, has no entries or is not the oldest; LedgerFault if it differs from what was recorded.
 */
export async function archiveMonth(options: ArchiveMonthOptions): Promise<ArchivedFile> {
  const { ownerUrl, month, directory, keys, now } = options;
  refuseYoung(options);
  const file = join(directory, `access-ledger-${month}.ndjson.gz`);
  const owner = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  try {
    await refuseUnlessOldest(owner, month);
    if (!(await exists(file))) await write(options, file);
    const verified = await verifyArchive(file, keys);
    await drop(owner, verified, now);
    return { ...verified, file };
  } finally {
    await owner.destroy();
  }
}

// Private:

/**
 * Lock timeout for dropping a month. Readers hold a lock on the ledger, and writers would queue behind a longer wait.
 */
const LOCK_TIMEOUT = '300ms';
const LOCK_PAUSE = 200;
const LOCK_TRIES = 100;
const LOCK_NOT_AVAILABLE = '55P03';

function refuseYoung({ month, retentionYears, now }: ArchiveMonthOptions): void {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) throw new Error('The month must be written like 2023-01.');
  const kept = addMonths(`${month}-01`, 1 + 12 * retentionYears);
  if (kept > todayInChina(now.getTime())) {
    throw new Error(`The month ${month} is kept until ${kept}: LEDGER_RETENTION_YEARS is ${retentionYears}.`);
  }
}

const partitionOf = (month: string): string => `entry_${month.replace('-', '_')}`;

/** Only the oldest month may be archived, so that the rest of the chain has no gaps. */
async function refuseUnlessOldest(owner: Knex, month: string): Promise<void> {
  const { rows } = await owner.raw(
    `select (select true from ledger.archive where month = ?) as archived,
       to_regclass(?) is not null as present,
       (select min(at) from ledger.entry) as oldest`,
    [month, `ledger.${partitionOf(month)}`],
  );
  const { archived, present, oldest } = rows[0] as { archived: boolean | null; present: boolean; oldest: Date | null };
  if (archived === true) throw new Error(`The month ${month} has already been archived.`);
  if (!present || oldest === null) throw new Error(`The ledger has no month ${month}.`);
  const first = todayInChina(oldest.getTime()).slice(0, 7);
  if (first < month) throw new Error(`Archive older months first: ${first} is still in the ledger.`);
  if (first > month) throw new Error(`There are no entries of ${month}.`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function write({ ownerUrl, month }: ArchiveMonthOptions, file: string): Promise<void> {
  const ledger = await LedgerReader.open(ownerUrl);
  try {
    const hash = await ledger.hash();
    const archives = await ledger.archives();
    const entry = archives.at(-1)?.last ?? beginning(hash);
    const before = { entry, checkpoint: await checkpointBefore(ledger, entry) };
    await writeArchive(file, { hash, month, before }, linesOf(ledger, month, entry));
  } finally {
    await ledger.close();
  }
}

async function checkpointBefore(ledger: LedgerReader, entry: ChainHead): Promise<CheckpointHead> {
  const hash = await ledger.hash();
  if (entry.seq === 0) return { number: 0, lastSeq: 0, hash: genesis(hash) };
  for await (const found of ledger.checkpoints(entry.seq)) {
    return { number: found.number, lastSeq: found.lastSeq, hash: checkpointHash(hash, found) };
  }
  throw new Error('The month before has no checkpoint at its end.');
}

/** Yields each checkpoint before its entries. */
async function* linesOf(ledger: LedgerReader, month: string, before: ChainHead): AsyncGenerator<ArchiveLine> {
  const last = await ledger.lastSeqBefore(boundsOf(month).to);
  const checkpoints = ledger.checkpoints(before.seq + 1);
  let [covered, entries, written] = [before.seq, 0, 0];
  for await (const found of ledger.entries(before.seq + 1, last)) {
    for (const entry of found) {
      while (entry.seq > covered) {
        const { value, done } = await checkpoints.next();
        if (done === true || value.lastSeq > last) throw new Error(`No checkpoint ends with the month ${month}.`);
        covered = value.lastSeq;
        written += 1;
        yield { checkpoint: value };
      }
      entries += 1;
      yield { entry };
    }
  }
  yield { end: { entries, checkpoints: written } };
}

interface Found {
  readonly entries: number;
  readonly first: number;
  readonly last: number;
  readonly first_hash: Buffer | null;
  readonly last_hash: Buffer | null;
}

/** Drops the month in one transaction, retried while readers hold the lock. */
async function drop(owner: Knex, verified: VerifiedArchive, now: Date): Promise<void> {
  for (let left = LOCK_TRIES; ; left -= 1) {
    try {
      return await owner.transaction((transaction) => dropWithin(transaction, verified, now));
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      if (left === 0) throw new Error('Readers kept the ledger locked: archive again later.');
      await sleep(LOCK_PAUSE);
    }
  }
}

async function dropWithin(transaction: Knex, verified: VerifiedArchive, now: Date): Promise<void> {
  const { month, before, firstHash, last, entries, digest } = verified;
  const firstSeq = before.seq + 1;
  const partition = `ledger.${partitionOf(month)}`;
  await transaction.raw(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  await transaction.raw(`lock table ${partition} in share mode`);
  const { rows } = await transaction.raw(
    `select count(*)::int as entries, min(seq)::float8 as first, max(seq)::float8 as last,
       (select hash from ${partition} where seq = ?) as first_hash, (select hash from ${partition} where seq = ?) as last_hash
     from ${partition}`,
    [firstSeq, last.seq],
  );
  const found = rows[0] as Found;
  const same =
    found.entries === entries &&
    found.first === firstSeq &&
    found.last === last.seq &&
    found.first_hash?.equals(firstHash) === true &&
    found.last_hash?.equals(last.hash) === true;
  if (!same)
    throw new Error(`The archive of ${month} differs from the database: move the file away, and archive again.`);
  await transaction.withSchema('ledger').table('archive').insert({
    month,
    first_seq: firstSeq,
    last_seq: last.seq,
    last_hash: last.hash,
    last_at: last.at,
    file_digest: digest,
    at: now,
  });
  await transaction.raw(`drop table ${partition}`);
}
