import { addMonths } from '../../../shared/domain/dates';
import { beginning, type ChainHead, type LedgerHash } from '../chain';
import { checkpointHash, signatureFault } from '../checkpoint';
import type { ExportedCheckpoint } from '../exported-checkpoint';
import type { Resumption } from '../resumption';
import { LEAST_RETENTION_YEARS } from '../settings';
import type { SignatureVerifier } from '../signing';
import { type FoundCheckpoint, LedgerCheck } from './ledger-check';
import { LedgerFault } from './ledger-fault';
import type { ArchivedMonth, LedgerReader } from './read-ledger';

export interface VerifyOptions {
  readonly keys: readonly SignatureVerifier[];
  readonly from?: number | undefined;
  readonly through?: number | undefined;
  /** A checkpoint that another agency has kept. */
  readonly exported?: ExportedCheckpoint | undefined;
  /** Maximum number of entries without a checkpoint at the end, and maximum time between first and last, in seconds. */
  readonly youngest: { readonly entries: number; readonly seconds: number };
  /** The current time, for retention and entries from the future. */
  readonly now?: Date | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The result for an intact ledger. */
export interface VerifiedLedger {
  readonly hash: LedgerHash;
  /** Number of verified entries. */
  readonly entries: number;
  readonly checkpoints: number;
  /** Entries at the end without a checkpoint. */
  readonly uncovered: number;
  readonly archives: readonly ArchivedMonth[];
  /** Breaks after which the chain continued. */
  readonly breaks: readonly Resumption[];
  readonly head: ChainHead;
}

/** @throws LedgerFault with the first entry, or else checkpoint, that differs from what was recorded. */
export async function verifyLedger(ledger: LedgerReader, options: VerifyOptions): Promise<VerifiedLedger> {
  const { keys, exported, onProgress, through = Number.MAX_SAFE_INTEGER, now = new Date() } = options;
  const hash = await ledger.hash();
  if (exported !== undefined) refuseForeign(hash, exported, keys);
  const archives = await ledger.archives();
  const archived = endOf(archives, hash);
  const from = Math.max(options.from ?? 1, archived.seq + 1);
  const last = Math.min((await ledger.lastSeq()) ?? archived.seq, through);
  const start = from === archived.seq + 1 ? archived : await entryBefore(ledger, from);
  const unseen = new Map(archives.map((archive) => [archive.last.seq, archive]));
  const witness = witnesses(hash, unseen, exported, now);
  let firstUncovered: string | undefined;
  const check = new LedgerCheck({ hash, keys, start, through, witness });

  const breaks = (await ledger.resumptions()).filter(({ afterSeq }) => afterSeq >= start.seq);
  const ahead = [...breaks];
  const checkpoints = ledger.checkpoints();
  let next = await checkpoints.next();
  let ended = false;
  const follow = async (seq: number): Promise<void> => {
    while (!ended && check.checkpointHead.lastSeq < seq) {
      // Entries before a break have the checkpoints before it, or none.
      ended = next.done === true || next.value.firstSeq > (ahead[0]?.afterSeq ?? Number.POSITIVE_INFINITY);
      if (next.done === true || ended) return;
      check.checkpoint(next.value);
      next = await checkpoints.next();
    }
  };
  const resumeBefore = (seq: number): void => {
    while (ahead[0] !== undefined && ahead[0].afterSeq === check.head.seq && seq > ahead[0].lostSeq) {
      check.resume(ahead[0]);
      ahead.shift();
      ended = false;
      firstUncovered = undefined;
    }
  };
  for await (const found of ledger.entries(from, last)) {
    for (const entry of found) {
      resumeBefore(entry.seq);
      if (!ended && entry.seq > check.checkpointHead.lastSeq) await follow(entry.seq);
      check.entry(entry);
      if (ended) firstUncovered ??= entry.at;
    }
    onProgress?.(check.entries, last - start.seq);
  }
  resumeBefore(Number.POSITIVE_INFINITY);
  await follow(Number.POSITIVE_INFINITY);
  check.finish();
  if (firstUncovered !== undefined) refuseUncovered(check, firstUncovered, options.youngest);
  refuseShorter(check, archived, exported);
  if (through === Number.MAX_SAFE_INTEGER) refuseFuture(check.head, now);
  refuseUnsigned([...unseen.values()]);
  return {
    hash,
    entries: check.entries,
    checkpoints: check.checkpoints,
    uncovered: firstUncovered === undefined ? 0 : check.head.seq - check.checkpointHead.lastSeq,
    archives,
    breaks,
    head: check.head,
  };
}

// Private:

function refuseForeign(
  hash: LedgerHash,
  { hash: exportedHash, checkpoint }: ExportedCheckpoint,
  keys: readonly SignatureVerifier[],
): void {
  const fault =
    hash === exportedHash
      ? signatureFault(hash, checkpoint, keys)
      : `it is from a ledger with the hash ${exportedHash}, but this ledger uses ${hash}`;
  if (fault !== undefined) throw new LedgerFault({ checkpoint: checkpoint.number }, `as exported, ${fault}`);
}

/** @throws LedgerFault if an archived month does not follow the previous one. */
function endOf(archives: readonly ArchivedMonth[], hash: LedgerHash): ChainHead {
  return archives.reduce<ChainHead>((before, { month, firstSeq, last }) => {
    if (firstSeq === before.seq + 1) return last;
    throw new LedgerFault({ entry: before.seq + 1 }, `it is missing before the archived month ${month}`);
  }, beginning(hash));
}

async function entryBefore(ledger: LedgerReader, from: number): Promise<ChainHead> {
  const before = await ledger.entry(from - 1);
  if (before === undefined) throw new LedgerFault({ entry: from - 1 }, 'it is missing');
  return before;
}

/** Knowledge about checkpoints from outside their chain: the ends of archived months, and an exported checkpoint. */
function witnesses(
  hash: LedgerHash,
  unseen: Map<number, ArchivedMonth>,
  exported: ExportedCheckpoint | undefined,
  now: Date,
) {
  return (found: FoundCheckpoint, foundHash: Buffer): string | undefined => {
    const archive = unseen.get(found.lastSeq);
    if (archive !== undefined) {
      unseen.delete(found.lastSeq);
      if (!archive.last.hash.equals(found.lastHash))
        return `the archived month ${archive.month} ends with another entry`;
      const kept = addMonths(found.at.slice(0, 10), 12 * LEAST_RETENTION_YEARS);
      if (kept > now.toISOString().slice(0, 10))
        return `the archived month ${archive.month} must be kept until ${kept}`;
    }
    if (found.number !== exported?.checkpoint.number) return undefined;
    // Compares the signed text, not the signature.
    if (checkpointHash(hash, exported.checkpoint).equals(foundHash)) return undefined;
    return 'it differs from the exported one: entries up to it were rewritten';
  };
}

/**
 * @throws LedgerFault for a month that is marked as archived without a checkpoint: its entries may have been removed
 *   instead.
 */
function refuseUnsigned([archive]: readonly ArchivedMonth[]): void {
  if (archive === undefined) return;
  throw new LedgerFault(
    { entry: archive.last.seq },
    `the month ${archive.month} is marked as archived up to it, but no checkpoint ends there`,
  );
}

function refuseUncovered(check: LedgerCheck, firstAt: string, youngest: VerifyOptions['youngest']): void {
  const { seq, at } = check.head;
  const { lastSeq } = check.checkpointHead;
  const seconds = (Date.parse(at) - Date.parse(firstAt)) / 1_000;
  if (seq - lastSeq <= youngest.entries && seconds <= youngest.seconds) return;
  throw new LedgerFault({ entry: lastSeq + 1 }, `no checkpoint covers it and the ${seq - lastSeq - 1} after it`);
}

/** More than the clocks of any two writers differ. */
const AHEAD_MILLISECONDS = 60_000;

/** Entries are in order of time, so an entry from the future stops the chain's time. */
function refuseFuture({ seq, at }: ChainHead, now: Date): void {
  if (Date.parse(at) <= now.getTime() + AHEAD_MILLISECONDS) return;
  throw new LedgerFault({ entry: seq }, `the chain ends in the future, at ${at}: a clock was wrong`);
}

/** Archived months and the exported checkpoint must be covered by the existing checkpoints. */
function refuseShorter(check: LedgerCheck, archived: ChainHead, exported: ExportedCheckpoint | undefined): void {
  const { number, lastSeq } = check.checkpointHead;
  if (lastSeq < archived.seq)
    throw new LedgerFault({ entry: lastSeq + 1 }, 'it was archived, but no checkpoint covers it');
  if (exported === undefined || number >= exported.checkpoint.number) return;
  const { number: reached, lastSeq: reaches } = exported.checkpoint;
  throw new LedgerFault(
    { entry: lastSeq + 1 },
    `it is missing, or was rewritten: the exported checkpoint ${reached} reaches entry ${reaches}, but the ledger ends at checkpoint ${number}`,
  );
}
