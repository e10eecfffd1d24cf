import { isAgency } from '../../shared/domain/agencies';
import { ROLES } from '../../shared/domain/caller';
import { isPurpose } from '../../shared/domain/purpose';
import type { RecordedEntry } from '../../shared/protocol/ledger-entry';
import { connectLedgerReader } from '../../shared/subgraph/rows/ledger-reader';
import { type Profile, profileOf } from './profile';

/** An operation, and how often callers of one kind sent it. */
export interface UsedOperation {
  /** SHA-256 of its text. */
  readonly hash: string;
  readonly profile: Profile;
  /** Number of recorded uses; 0 if unknown. */
  readonly times: number;
}

/** Entries per batch. */
const BATCH = 5_000;

/**
 * Reads the recorded queries with their callers from a ledger. Skips entries without a decision, and those with
 * agencies, roles or purposes that no longer exist.
 *
 * @param ledgerUrl of the role for access audits.
 */
export async function recordedOperations(
  ledgerUrl: string,
  { from, to }: { readonly from: Date | undefined; readonly to: Date | undefined },
): Promise<readonly UsedOperation[]> {
  const ledger = connectLedgerReader(ledgerUrl);
  const used = new Map<string, UsedOperation>();
  try {
    for (let last = 0; ; ) {
      const query = ledger
        .withSchema('exposed')
        .from('access_entry')
        .where('seq', '>', last)
        .orderBy('seq')
        .limit(BATCH);
      if (from !== undefined) query.where('at', '>=', from);
      if (to !== undefined) query.where('at', '<', to);
      const rows: readonly { readonly seq: string; readonly body: string }[] = await query.select('seq', 'body');
      for (const { body } of rows) count(used, JSON.parse(body) as RecordedEntry);
      if (rows.length < BATCH) return [...used.values()];
      last = Number(rows.at(-1)?.seq);
    }
  } finally {
    await ledger.destroy();
  }
}

// Private:

function count(
  used: Map<string, UsedOperation>,
  { stage, caller, purpose, reference, operation }: RecordedEntry,
): void {
  const { hash, kind } = operation;
  if (stage !== 'ended' || kind !== 'query' || hash === null || caller === null || purpose === null) return;
  // Entries may be years old and name agencies, roles or purposes that no longer exist.
  const known = isAgency(caller.agency) && isPurpose(purpose) && caller.roles.every((role) => ROLES.includes(role));
  if (!known) return;
  const profile = profileOf(caller, caller.region, purpose, reference);
  const key = JSON.stringify([hash, profile]);
  used.set(key, { hash, profile, times: (used.get(key)?.times ?? 0) + 1 });
}
