import type { AccessLedger, LedgerFigures } from '../../gateway/ledger/access-ledger';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';

/** The figures of a ledger without any lag. */
export const NO_LAG: LedgerFigures = {
  up: true,
  waiting: 0,
  oldestWaiting: 0,
  lastBatchAt: undefined,
  uncovered: 0,
  lastCheckpointAt: undefined,
  clockDifference: 0,
  ahead: 0,
  refusal: null,
};

/** A ledger in memory, for graphs without a database. */
export function rememberingLedger(): AccessLedger & { readonly entries: LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    record: async (entry) => void entries.push(entry),
    ready: async () => undefined,
    figures: () => NO_LAG,
    close: async () => undefined,
  };
}
