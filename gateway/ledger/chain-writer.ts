import { escapeLiteral } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/domain/clock';
import { beginning, type ChainHead, entryHash, type LedgerHash } from './chain';
import { type Checkpoint, type CheckpointHead, headOfCheckpoint, signCheckpoint, uncovered } from './checkpoint';
import { CHECKPOINT_COLUMNS, type CheckpointRow, checkpointOf } from './checkpoint-row';
import { LedgerConnection, type Patience } from './connection';
import type { HeadKeeper } from './head-keeper';
import { LedgerRefusal } from './ledger-refusal';
import { LedgerTime } from './ledger-time';
import { monthOf } from './months';
import { checkpointHeadAfter, headAfter, type ResumptionRow, resumptionOf } from './resumption';
import type { Signer } from './signing';

/** An entry without a position in the chain yet. */
export interface PendingEntry {
  /** The exact JSON text. */
  readonly body: string;
}

export interface ChainWriterOptions {
  readonly url: string;
  readonly hash: LedgerHash;
  readonly signer: Signer;
  readonly checkpointEntries: number;
  readonly checkpointSeconds: number;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly log: Logger;
  /** Keeps the chain's end outside the database. */
  readonly heads: HeadKeeper;
  /** Called when the connection is lost at any time. */
  readonly onLost: () => void;
}

/** The batch of a commit whose result is unknown. */
interface Unanswered {
  readonly batch: readonly PendingEntry[];
  readonly last: ChainHead;
}

/**
 * Appends to the one chain that all gateways share, over one connection. A batch is one transaction: of one round trip if
 * nobody else appends and no checkpoint is due; otherwise of two, to lock the chain and read its end, then to insert all
 * entries and a due checkpoint.
 */
export class ChainWriter {
  private readonly options: ChainWriterOptions;
  private connection: LedgerConnection | undefined;
  private unanswered: Unanswered | undefined;
  /** The latest end of the chain that this writer has seen, which saves searching older partitions. */
  private seen: ChainHead;
  /** Whether the end in the head file has been loaded. */
  private begun = false;
  /** The newest checkpoint at that end. */
  private newest: Covered | undefined;
  /** Number of the newest checkpoint ever seen; numbers are never reused. */
  private leastCheckpoint = 0;
  /** Time at which the newest checkpoint was first seen, by `performance.now()`. */
  private newestSeenAt = performance.now();
  private readonly openMonths = new Set<string>();
  private readonly time: LedgerTime;

  constructor(options: ChainWriterOptions) {
    this.options = options;
    this.time = new LedgerTime(options.clock);
    this.seen = beginning(options.hash);
  }

  /**
   * Tries once to write a batch. After a failure, pass the same object again: if the earlier attempt succeeded after all,
   * it is not written twice.
   *
   * @param batch may be empty: then only locks the chain, reads its end, and writes due checkpoints.
   * @param closing writes a checkpoint over all uncovered entries.
   * @returns number of uncovered entries.
   * @throws any error of the database or the connection.
   */
  async write(batch: readonly PendingEntry[], closing = false): Promise<number> {
    const connection = await this.connected();
    try {
      return await this.transact(connection, batch, closing);
    } catch (error) {
      this.connection = undefined;
      connection.drop();
      throw error;
    }
  }

  /** Whether the result of this batch's commit is unknown. */
  mayHaveWritten(batch: readonly PendingEntry[]): boolean {
    return this.unanswered?.batch === batch;
  }

  get lastCheckpointAt(): Date | undefined {
    return this.newest && new Date(this.newest.at);
  }

  /** Lead of the gateway's clock over the database's, in milliseconds. */
  get clockDifference(): number {
    return this.time.difference;
  }

  /** How far the chain's end lies in the future, in milliseconds: 0 unless a clock was wrong. */
  get ahead(): number {
    const now = this.time.now();
    return now === undefined ? 0 : Math.max(0, Date.parse(this.seen.at) - Date.parse(now));
  }

  async close(): Promise<void> {
    await this.connection?.close();
    this.connection = undefined;
  }

  private async connected(): Promise<LedgerConnection> {
    const { url, patience, onLost } = this.options;
    if (this.connection !== undefined) return this.connection;
    const connection = await LedgerConnection.open(url, patience);
    connection.onLost(() => {
      if (this.connection !== connection) return;
      this.connection = undefined;
      onLost();
    });
    this.connection = connection;
    return connection;
  }

  private async transact(
    connection: LedgerConnection,
    batch: readonly PendingEntry[],
    closing: boolean,
  ): Promise<number> {
    const { hash } = this.options;
    const appended = await this.append(connection, batch, closing);
    if (appended !== undefined) return appended;
    const { head, newest, now } = await this.begin(connection);
    const carriedOut = await this.wasCarriedOut(connection, batch);
    this.unanswered = undefined;
    if (carriedOut) {
      await connection.script('rollback');
      return uncovered(head, newest);
    }
    const at = latest(now, head.at, newest?.at);
    const links = chain(hash, head, batch, at);
    const end = links.at(-1) ?? head;
    const month = monthOf(at);
    const checkpoints = await this.checkpointsDue(connection, { head, newest, at, links, closing });
    const statements = [
      ...(links.length > 0 && !this.openMonths.has(month) ? [`select ledger.open_month('${at}')`] : []),
      // As text of a script instead of values of a statement, which would need another round trip.
      ...(links.length > 0 ? [`select ledger.add(${escapeLiteral(rowsOf(links))})`] : []),
      ...checkpoints.map(insertCheckpoint),
      'commit',
    ];
    if (batch.length > 0) this.unanswered = { batch, last: end };
    await connection.script(statements.join(';\n'));
    this.unanswered = undefined;
    this.seen = end;
    const last = checkpoints.at(-1)?.checkpoint;
    this.known(last === undefined ? newest : headOfCheckpoint(hash, last));
    this.keep();
    for (const { checkpoint } of checkpoints) this.tell(checkpoint);
    if (links.length > 0) this.openMonths.add(month);
    return uncovered(end, this.newest);
  }

  /** @returns undefined, without writing, if more is needed than appending to the known end. */
  private async append(
    connection: LedgerConnection,
    batch: readonly PendingEntry[],
    closing: boolean,
  ): Promise<number | undefined> {
    const { seen, newest } = this;
    const { hash } = this.options;
    const now = this.time.now();
    if (batch.length === 0 || this.unanswered !== undefined || now === undefined) return undefined;
    const at = latest(now, seen.at, newest?.at);
    const month = monthOf(at);
    if (!this.openMonths.has(month)) return undefined;
    if (
      monthOf(seen.at) !== month ||
      this.isDue(uncovered(seen, newest) + batch.length, newest?.at ?? seen.at, at, closing)
    ) {
      return undefined;
    }
    const links = chain(hash, seen, batch, at);
    const end = links.at(-1) ?? seen;
    this.unanswered = { batch, last: end };
    const asked = performance.now();
    const [row] = await connection.prepared<AppendRow>('append', APPEND, [seen.hash, seen.at, rowsOf(links)]);
    this.unanswered = undefined;
    if (row?.appended !== true) return undefined;
    this.seen = end;
    this.keep();
    this.time.learn(row.now, asked);
    return uncovered(end, newest);
  }

  private known(newest: Covered | undefined): void {
    if (newest?.number !== this.newest?.number) this.newestSeenAt = performance.now();
    this.newest = newest;
    this.leastCheckpoint = newest?.number ?? 0;
  }

  private keep(): void {
    this.options.heads.keep({ entry: this.seen, checkpoint: this.leastCheckpoint });
  }

  /** Loads the kept end of the chain. */
  private async takeOver(): Promise<void> {
    const kept = await this.options.heads.known();
    this.begun = true;
    if (kept === undefined || kept.entry.seq < this.seen.seq) return;
    this.seen = kept.entry;
    this.leastCheckpoint = kept.checkpoint;
  }

  /** The log is a witness outside the database owner's reach. */
  private tell({ number, lastSeq, lastHash, signature }: Checkpoint): void {
    const { log } = this.options;
    const texts = { lastHash: lastHash.toString('hex'), signature: signature.toString('hex') };
    log.info({ event: 'ledger-checkpoint', number, lastSeq, ...texts }, 'checkpoint');
  }

  /**
   * Whether a checkpoint is due for this number of entries: by the chain's time or, if nothing is appended, by this
   * process's.
   */
  private isDue(entries: number, since: string, at: string, closing: boolean): boolean {
    const { checkpointEntries, checkpointSeconds } = this.options;
    const passed = Math.max(Date.parse(at) - Date.parse(since), performance.now() - this.newestSeenAt);
    return entries > 0 && (closing || entries >= checkpointEntries || passed >= checkpointSeconds * 1_000);
  }

  /** Must hold the lock, which ends with the transaction. */
  private async begin(connection: LedgerConnection) {
    if (!this.begun) await this.takeOver();
    const asked = performance.now();
    const [, , heads, checkpoints, again, resumptions, clock] = await connection.script(
      `begin isolation level read committed read write;
       select ledger.lock_chain();
       select seq, at, hash from ledger.entry where at >= '${this.seen.at}' order by seq desc limit 1;
       select ${CHECKPOINT_COLUMNS} from ledger.checkpoint order by number desc limit 1;
       select hash from ledger.entry where seq = ${this.seen.seq} and at = '${this.seen.at}';
       select * from ledger.resumption order by number desc limit 1;
       select ledger.now() as now`,
    );
    const [{ now }] = (clock?.rows ?? []) as [{ now: Date }];
    this.time.learn(now, asked);
    this.time.refuseDifference();
    const [row] = (heads?.rows ?? []) as HeadRow[];
    const [checkpoint] = (checkpoints?.rows ?? []) as CheckpointRow[];
    const [same] = (again?.rows ?? []) as { hash: Buffer }[];
    const [resumption] = ((resumptions?.rows ?? []) as ResumptionRow[]).map(resumptionOf);
    const { hash } = this.options;
    const last = row === undefined ? await this.headElsewhere(connection) : headOf(row);
    const resumed = resumption && headAfter(hash, resumption);
    const head = resumed !== undefined && resumed.seq >= last.seq ? resumed : last;
    const signed = checkpoint && headOfCheckpoint(hash, checkpointOf(checkpoint));
    const newest =
      resumption !== undefined && resumption.checkpoint >= (signed?.number ?? 0)
        ? checkpointHeadAfter(hash, resumption)
        : signed;
    const standing = [head, ...(resumed === undefined ? [] : [resumed])];
    if (!this.isStill(same?.hash, standing, newest)) {
      const { seq } = this.seen;
      this.begun = false;
      throw new LedgerRefusal(
        'LEDGER_SHORTENED',
        `The ledger no longer contains entry ${seq} or checkpoint ${this.leastCheckpoint} as written. It ends at entry ${head.seq} and checkpoint ${newest?.number ?? 0}: a backup was restored, or entries were changed.`,
      );
    }
    return { head, newest, now: now.toISOString() };
  }

  /** Whether the end that this writer has seen or loaded is still part of the chain. */
  private isStill(same: Buffer | undefined, standing: readonly ChainHead[], newest: Covered | undefined): boolean {
    const { seen, leastCheckpoint } = this;
    if ((newest?.number ?? 0) < leastCheckpoint) return false;
    if (seen.seq === 0 || same?.equals(seen.hash) === true) return true;
    return standing.some(({ seq, hash }) => seq === seen.seq && hash.equals(seen.hash));
  }

  /** The end of a chain that lacks the entries this writer has seen: truncated, archived as a whole, or not begun. */
  private async headElsewhere(connection: LedgerConnection): Promise<ChainHead> {
    const [row] = await connection.rows<HeadRow>(
      `(select seq, at, hash from ledger.entry order by seq desc limit 1)
       union all
       (select last_seq, last_at, last_hash from ledger.archive order by last_seq desc limit 1)
       order by seq desc limit 1`,
    );
    return row === undefined ? beginning(this.options.hash) : headOf(row);
  }

  /** Needs the lock: while it is held, the commit in question has ended. */
  private async wasCarriedOut(connection: LedgerConnection, batch: readonly PendingEntry[]): Promise<boolean> {
    const { unanswered } = this;
    if (unanswered === undefined || unanswered.batch !== batch) return false;
    const { seq, at, hash } = unanswered.last;
    const found = await connection.rows('select 1 from ledger.entry where seq = $1 and at = $2 and hash = $3', [
      seq,
      at,
      hash,
    ]);
    return found.length > 0;
  }

  /**
   * Writes a checkpoint at the end of a month, so that it can be archived alone, and otherwise after a number of entries or
   * seconds.
   */
  private async checkpointsDue(
    connection: LedgerConnection,
    { head, newest, at, links, closing }: CheckpointQuestion,
  ): Promise<readonly LeavedCheckpoint[]> {
    const { hash, signer } = this.options;
    const pending = uncovered(head, newest);
    const monthEnds = pending > 0 && monthOf(head.at) !== monthOf(at);
    const rest = (monthEnds ? 0 : pending) + links.length;
    const due = this.isDue(rest, newest?.at ?? head.at, at, closing);
    if (!monthEnds && !due) return [];

    const leaves = pending > 0 ? await this.pendingHashes(connection, head, newest) : [];
    const checkpoints: LeavedCheckpoint[] = [];
    const add = (lastSeq: number, covered: readonly Buffer[]) => {
      const written = checkpoints.at(-1)?.checkpoint;
      const before = written === undefined ? newest : headOfCheckpoint(hash, written);
      const checkpoint = signCheckpoint({ hash, signer, before, lastSeq, leaves: covered, at });
      checkpoints.push({ checkpoint, leaves: covered });
    };
    if (monthEnds) add(head.seq, leaves);
    if (due) add(head.seq + links.length, [...(monthEnds ? [] : leaves), ...links.map((link) => link.hash)]);
    return checkpoints;
  }

  private async pendingHashes(
    connection: LedgerConnection,
    head: ChainHead,
    newest: Covered | undefined,
  ): Promise<readonly Buffer[]> {
    // Selects by number: an entry's time can be before that of an earlier checkpoint of another gateway.
    const rows = await connection.rows<{ hash: Buffer }>('select hash from ledger.entry where seq > $1 order by seq', [
      newest?.lastSeq ?? 0,
    ]);
    if (rows.length !== uncovered(head, newest)) {
      // Signed as found: `ledger:verify` will name the entry, and recording continues.
      const { log } = this.options;
      log.error({ event: 'ledger-gap', before: head.seq }, 'entries of the ledger are gone');
    }
    return rows.map((row) => row.hash);
  }
}

// Private:

interface HeadRow {
  readonly seq: string;
  readonly at: Date;
  readonly hash: Buffer;
}

interface AppendRow {
  readonly appended: boolean;
  readonly now: Date;
}

interface Link extends PendingEntry, ChainHead {
  readonly previous: Buffer;
}

/** The last entry covered by a checkpoint or a break. */
type Covered = CheckpointHead & { readonly at: string };

interface CheckpointQuestion {
  readonly head: ChainHead;
  readonly newest: Covered | undefined;
  readonly at: string;
  readonly links: readonly Link[];
  readonly closing: boolean;
}

interface LeavedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly leaves: readonly Buffer[];
}

function headOf({ seq, at, hash }: HeadRow): ChainHead {
  return { seq: Number(seq), at: at.toISOString(), hash };
}

/** ISO texts of one form sort like their instants. A clock that was set back must not set the chain back. */
function latest(...instants: readonly (string | undefined)[]): string {
  return instants.reduce((one, other) => ((other ?? '') > (one ?? '') ? other : one)) ?? '';
}

function chain(hash: LedgerHash, head: ChainHead, batch: readonly PendingEntry[], at: string): readonly Link[] {
  let { seq, hash: previous } = head;
  return batch.map((entry) => {
    seq += 1;
    const link = { ...entry, seq, at, previous, hash: entryHash(hash, previous, { seq, at, body: entry.body }) };
    previous = link.hash;
    return link;
  });
}

const APPEND = 'select ledger.append($1, $2, $3) as appended, ledger.now() as now';

const bytea = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

/** Parameters of the migration's functions. */
function rowsOf(links: readonly Link[]): string {
  return JSON.stringify(
    links.map(({ seq, at, previous, hash, body }) => ({ seq, at, previous: bytea(previous), hash: bytea(hash), body })),
  );
}

function insertCheckpoint({ checkpoint, leaves }: LeavedCheckpoint): string {
  const { number, firstSeq, lastSeq, at, root, lastHash, previous, algorithm, keyId, signature } = checkpoint;
  const bytes = [root, lastHash, previous, signature, Buffer.concat(leaves)].map((each) => `'${bytea(each)}'`);
  return `insert into ledger.checkpoint
      (number, first_seq, last_seq, at, algorithm, key_id, root, last_hash, previous, signature, leaves)
    values (${number}, ${firstSeq}, ${lastSeq}, '${at}', '${algorithm}', '${keyId}', ${bytes.join(', ')})`;
}
