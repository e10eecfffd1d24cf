import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { LedgerRefusalReason } from './ledger-refusal';

/** The access ledger. Every access is recorded before it is answered. */
export interface AccessLedger {
  /**
   * Resolves when the entry is durable.
   *
   * @param coming number of requests in progress whose entries will follow: the entry may wait a moment for them.
   * @throws LEDGER_UNAVAILABLE
   */
  record(entry: LedgerEntry, coming?: number): Promise<void>;
  /**
   * Resolves at once if the last write succeeded, otherwise tries to write. Called before a request is processed.
   *
   * @throws LEDGER_UNAVAILABLE
   */
  ready(): Promise<void>;
  /** Figures for metrics. */
  figures(): LedgerFigures;
  /** Writes queued entries and a last checkpoint. Further calls return the same promise. */
  close(): Promise<void>;
}

export interface LedgerFigures {
  /** Whether the last write succeeded. */
  readonly up: boolean;
  /** Entries that are not durable yet. */
  readonly waiting: number;
  /** Waiting time of the oldest of them, in milliseconds; 0 for none. */
  readonly oldestWaiting: number;
  readonly lastBatchAt: Date | undefined;
  /** Entries of the chain that no checkpoint covers, as of the last batch. */
  readonly uncovered: number;
  readonly lastCheckpointAt: Date | undefined;
  /** Lead of the gateway's clock over the database's, in milliseconds; negative if behind. */
  readonly clockDifference: number;
  /** How far the time of the last entry lies in the future, in milliseconds. */
  readonly ahead: number;
  /** Why the gateway refuses to record although the ledger could be written; null if it does not. */
  readonly refusal: LedgerRefusalReason | null;
}
