import { connect } from '../../shared/db/connect';
import type { LedgerHash } from './chain';

/**
 * Puts down which hash the chain has, where it is not begun yet.
 *
 * @throws where it was begun with the other one.
 */
export async function beginChain(writerUrl: string, hash: LedgerHash, now: Date): Promise<void> {
  const db = connect(writerUrl, { poolSize: 1, statementTimeout: 10_000 });
  try {
    await db.raw('insert into ledger.chain (hash, begun_at) values (?, ?) on conflict do nothing', [hash, now]);
    const { rows } = await db.raw('select hash from ledger.chain');
    if (rows[0]?.hash === hash) return;
    throw new Error(`The ledger was begun with the other hash: set LEDGER_HASH to ${rows[0]?.hash}.`);
  } finally {
    await db.destroy();
  }
}
