import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { LedgerRefusalReason } from './ledger-refusal';

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
  readonly refusal: LedgerRefusalReason | null;
}
