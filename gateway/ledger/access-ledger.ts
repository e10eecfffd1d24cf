import type { Logger } from 'pino';
import { type Clock, systemClock } from '../../shared/domain/clock';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import { beginChain } from './begin-chain';
import { type LedgerHash, refuseUnknownHash } from './chain';
import { ChainWriter } from './chain-writer';
import { type LedgerDatabase, prepareLedger, refuseOtherThanWriter } from './database';
import { GroupCommit } from './group-commit';
import { HeadKeeper } from './head-keeper';
import type { RefusalReason } from './ledger-refusal';
import { signer } from './signing';

/** Where every access is put on record before it is answered. */
export interface AccessLedger {
  /**
   * Resolves once the entry is durable.
   *
   * @param coming how many requests are under way whose entries will come: the entry may wait a moment for them.
   * @throws LEDGER_UNAVAILABLE
   */
  record(entry: LedgerEntry, coming?: number): Promise<void>;
  /** Known before anything is asked: resolves at once while the last write went well, else tries. @throws LEDGER_UNAVAILABLE */
  ready(): Promise<void>;
  /** How far it lags behind. */
  figures(): LedgerFigures;
  /** Writes what is queued and a last checkpoint. Further calls wait for the same end. */
  close(): Promise<void>;
}

export interface LedgerFigures {
  /** Whether the last write went well. */
  readonly up: boolean;
  /** Entries that are not durable yet. */
  readonly waiting: number;
  /** How long the oldest of them has waited, in milliseconds; 0 where none does. */
  readonly oldestWaiting: number;
  readonly lastBatchAt: Date | undefined;
  /** Entries of the chain that no checkpoint covers, as of the last batch. */
  readonly uncovered: number;
  readonly lastCheckpointAt: Date | undefined;
  /** By how much the gateway's clock is ahead of the database's, in milliseconds; negative where it is behind. */
  readonly clockDifference: number;
  /** How far the end of the chain lies in the future, in milliseconds. */
  readonly ahead: number;
  /** Why nothing is recorded although the ledger could be written. */
  readonly refusal: RefusalReason | null;
}

export interface LedgerSettings {
  readonly hash: LedgerHash;
  /** P-256 or SM2, PEM. */
  readonly signingKey: string;
  /** So many entries have a checkpoint written. */
  readonly checkpointEntries: number;
  /** So long after the one before there is another checkpoint, where there are entries. */
  readonly checkpointSeconds: number;
  /** How long an entry may take to be durable. */
  readonly deadlineMilliseconds: number;
  /** Where the end of the chain is kept, outside of the database. */
  readonly headFile?: string | undefined;
}

export interface OpenLedgerOptions {
  readonly database: LedgerDatabase;
  readonly settings: LedgerSettings;
  readonly clock?: Clock | undefined;
  readonly log: Logger;
}

/**
 * @throws where the ledger cannot be written, or not be relied on: its role has too many rights, its chain another hash, its
 *   database another time.
 */
export async function openLedger({
  database,
  settings,
  clock = systemClock,
  log,
}: OpenLedgerOptions): Promise<AccessLedger> {
  const { hash, signingKey, checkpointEntries, checkpointSeconds, deadlineMilliseconds } = settings;
  refuseUnknownHash(hash);
  const signs = signer(signingKey);
  await prepareLedger(database);
  await refuseOtherThanWriter(database.writerUrl);
  await beginChain(database.writerUrl, hash, clock());
  const heads = new HeadKeeper(settings.headFile, log);
  const commits = new GroupCommit({
    deadline: deadlineMilliseconds,
    checkpointSeconds,
    clock,
    log,
    heads,
    writer: (onLost) =>
      new ChainWriter({
        url: database.writerUrl,
        hash,
        signer: signs,
        checkpointEntries,
        checkpointSeconds,
        // Within the deadline, one connection that does not come and one answer that does not come leave time for another.
        patience: { connecting: Math.ceil(deadlineMilliseconds / 4), answer: Math.ceil(deadlineMilliseconds / 2) },
        clock,
        log,
        heads,
        onLost,
      }),
  });
  await commits.start();
  return commits;
}
