import type { ChainHead, LedgerHash } from '../chain';
import { splitLeaves } from '../checkpoint';
import { CHECKPOINT_COLUMNS, type CheckpointRow, checkpointOf } from '../checkpoint-row';
import { LedgerConnection } from '../connection';
import type { EntryColumns } from '../entry';
import { type Resumption, type ResumptionRow, resumptionOf } from '../resumption';
import type { FoundEntry } from './entry-check';
import type { FoundCheckpoint } from './ledger-check';

const ENTRIES_AT_ONCE = 2_000;
const CHECKPOINTS_AT_ONCE = 20;
const PATIENCE = { connecting: 10_000, answer: 0 };

/** A month that was archived and dropped. */
export interface ArchivedMonth {
  readonly month: string;
  readonly firstSeq: number;
  readonly last: ChainHead;
  readonly fileDigest: Buffer;
}

/** Reads a snapshot of the ledger, unaffected by later writes. */
export class LedgerReader {
  private readonly connection: LedgerConnection;

  private constructor(connection: LedgerConnection) {
    this.connection = connection;
  }

  /** @param url of a role that reads the tables: the writer's, the auditor's or the owner's. */
  static async open(url: string): Promise<LedgerReader> {
    const connection = await LedgerConnection.open(url, PATIENCE);
    await connection.script('begin isolation level repeatable read read only; set local jit = off');
    return new LedgerReader(connection);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** @throws if the ledger has not been started. */
  async hash(): Promise<LedgerHash> {
    const [row] = await this.connection.rows<{ hash: LedgerHash }>('select hash from ledger.chain');
    if (row === undefined) throw new Error('The ledger has not been started.');
    return row.hash;
  }

  /** @returns undefined if no entry is left in the database. */
  async lastSeq(): Promise<number | undefined> {
    const [row] = await this.connection.rows<{ last: string | null }>('select max(seq) as last from ledger.entry');
    return row?.last == null ? undefined : Number(row.last);
  }

  /** @param instant ISO 8601. @returns 0 if there is none. */
  async lastSeqBefore(instant: string): Promise<number> {
    const [row] = await this.connection.rows<{ last: string | null }>(
      'select max(seq) as last from ledger.entry where at < $1',
      [instant],
    );
    return Number(row?.last ?? 0);
  }

  /** @returns undefined if the entry is not, or no longer, in the database. */
  async entry(seq: number): Promise<FoundEntry | undefined> {
    const rows = await this.connection.arrays(`select ${FIELDS} from ledger.entry where seq = ${Math.trunc(seq)}`);
    return rows[0] && entryOf(rows[0]);
  }

  /** Sorted by number, in batches; fetches the next batch while the current one is processed. */
  async *entries(from: number, through: number): AsyncGenerator<readonly FoundEntry[]> {
    await this.connection.script(
      `declare entries no scroll cursor for select ${FIELDS} from ledger.entry
         where seq between ${Math.trunc(from)} and ${Math.trunc(through)} order by seq`,
    );
    const fetch = () => this.connection.arrays(`fetch ${ENTRIES_AT_ONCE} from entries`);
    let next = fetch();
    for (;;) {
      const rows = await next;
      if (rows.length === 0) break;
      next = fetch();
      // An error is thrown when the batch is awaited.
      next.catch(() => undefined);
      yield rows.map(entryOf);
    }
    await this.connection.script('close entries');
  }

  /** Sorted by number, from the checkpoint that covers an entry. */
  async *checkpoints(covering = 1): AsyncGenerator<FoundCheckpoint> {
    for (let last: number | undefined; ; ) {
      const rows = await this.connection.rows<CheckpointRow & { leaves: Buffer }>(
        `select ${CHECKPOINT_COLUMNS}, leaves from ledger.checkpoint
         where last_seq >= $1 and number > $2 order by number limit ${CHECKPOINTS_AT_ONCE}`,
        [covering, last ?? 0],
      );
      for (const row of rows) yield { ...checkpointOf(row), leaves: splitLeaves(row.leaves) };
      if (rows.length === 0) return;
      last = Number(rows.at(-1)?.number);
    }
  }

  /** @returns undefined if none was written yet. */
  async newestCheckpoint(): Promise<FoundCheckpoint | undefined> {
    const [row] = await this.connection.rows<CheckpointRow & { leaves: Buffer }>(
      `select ${CHECKPOINT_COLUMNS}, leaves from ledger.checkpoint order by number desc limit 1`,
    );
    return row && { ...checkpointOf(row), leaves: splitLeaves(row.leaves) };
  }

  /** In the order of their numbers. */
  async resumptions(): Promise<readonly Resumption[]> {
    const rows = await this.connection.rows<ResumptionRow>('select * from ledger.resumption order by number');
    return rows.map(resumptionOf);
  }

  /** Sorted by their entries. */
  async archives(): Promise<readonly ArchivedMonth[]> {
    const rows = await this.connection.rows<ArchiveRow>('select * from ledger.archive order by first_seq');
    return rows.map((row) => ({
      month: row.month,
      firstSeq: Number(row.first_seq),
      last: { seq: Number(row.last_seq), at: row.last_at.toISOString(), hash: row.last_hash },
      fileDigest: row.file_digest,
    }));
  }
}

// Private:

interface ArchiveRow {
  readonly month: string;
  readonly first_seq: string;
  readonly last_seq: string;
  readonly last_hash: Buffer;
  readonly last_at: Date;
  readonly file_digest: Buffer;
}

const FIELDS =
  'seq, at, previous, hash, body, request_id, stage, caller, caller_agency, caller_region, purpose, children, owners, status';

function entryOf(row: readonly unknown[]): FoundEntry {
  const [seq, at, previous, hash, body] = row as [string, Date, Buffer, Buffer, string];
  const [request_id, stage, caller, caller_agency, caller_region, purpose, children, owners, status] = row.slice(
    5,
  ) as unknown as readonly [string, string, string, string, string, string, string[], string[], number];
  const columns: EntryColumns = {
    request_id,
    stage,
    caller,
    caller_agency,
    caller_region,
    purpose,
    children,
    owners,
    status,
  };
  return { seq: Number(seq), at: at.toISOString(), previous, hash, body, columns };
}
