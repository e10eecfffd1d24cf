import type { Logger } from 'pino';
import { connect } from '../../shared/db/connect';
import { type Clock, systemClock } from '../../shared/domain/clock';
import type { AccessLedger } from './access-ledger';
import { type LedgerHash, refuseUnknownHash } from './chain';
import { ChainWriter } from './chain-writer';
import { type LedgerDatabase, prepareLedger, refuseOtherThanWriter } from './database';
import { GroupCommit } from './group-commit';
import { HeadKeeper } from './head-keeper';
import { signer } from './signing';

export interface LedgerSettings {
  readonly hash: LedgerHash;
  /** P-256 or SM2, PEM. */
  readonly signingKey: string;
  /** Entries after which a checkpoint is written. */
  readonly checkpointEntries: number;
  /** Seconds after which a checkpoint is written if there are new entries. */
  readonly checkpointSeconds: number;
  /** Time in which an entry must be durable. */
  readonly deadlineMilliseconds: number;
  /** File that keeps the end of the chain outside the database. */
  readonly headFile?: string | undefined;
}

export interface OpenLedgerOptions {
  readonly database: LedgerDatabase;
  readonly settings: LedgerSettings;
  readonly clock?: Clock | undefined;
  readonly log: Logger;
}

/**
 * Opens the access ledger, and begins its chain if it is new.
 *
 * @throws if the ledger cannot be written or trusted: its role has too many rights, its chain uses another hash, or its
 *   database has another time.
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
        // One failed connection and one missing answer leave time for a second attempt within the deadline.
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

// Private:

/**
 * Records the chain's hash when the chain begins.
 *
 * @throws if the chain began with the other hash.
 */
async function beginChain(writerUrl: string, hash: LedgerHash, now: Date): Promise<void> {
  const db = connect(writerUrl, { poolSize: 1, statementTimeout: 10_000 });
  try {
    await db.raw('insert into ledger.chain (hash, begun_at) values (?, ?) on conflict do nothing', [hash, now]);
    const { rows } = await db.raw('select hash from ledger.chain');
    if (rows[0]?.hash === hash) return;
    throw new Error(`The ledger was started with the other hash: set LEDGER_HASH to ${rows[0]?.hash}.`);
  } finally {
    await db.destroy();
  }
}
