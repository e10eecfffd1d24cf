import type { AccessLedger } from '../../gateway/ledger/access-ledger';
import type { LedgerEntry } from '../../shared/ledger-entry';

/** A ledger for graphs without a database: remembers what it is told. */
export function rememberingLedger(): AccessLedger & { readonly entries: LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    record: async (entry) => void entries.push(entry),
    ready: async () => undefined,
    figures: () => ({
      up: true,
      waiting: 0,
      oldestWaiting: 0,
      lastBatchAt: undefined,
      uncovered: entries.length,
      lastCheckpointAt: undefined,
    }),
    close: async () => undefined,
  };
}
