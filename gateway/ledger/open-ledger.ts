import type { Logger } from 'pino';
import { type Clock, systemClock } from '../../shared/domain/clock';
import type { AccessLedger } from './access-ledger';
import { beginChain } from './begin-chain';
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
