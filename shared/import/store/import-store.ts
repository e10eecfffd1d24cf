import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { ClientBase } from 'pg';
import { connect } from '../../db/connect';
import { OtherChildIdKey } from '../../subgraph/child-id-fingerprint';
import type { Kind } from '../mapping/mapping';
import { ImportRefused } from '../refused';
import type { ReportMark } from '../report/refused-rows';
import type { Header } from '../rows/header';
import type { Fault } from '../rows/reasons';
import { type BatchResult, BatchTable, type KeyedRow } from './batch-table';
import { type Counts, NOTHING, sum } from './counts';

/** Identity of an import, by which a second one continues where the first was stopped. */
export interface RunIdentity {
  readonly kind: string;
  /** SHA-256, hexadecimal. */
  readonly fileDigest: string;
  /** SHA-256 of everything else that influences the result. */
  readonly readingDigest: string;
  readonly childIdFingerprint: string;
}

export interface Progress {
  /** Processed rows of the file. */
  readonly rowsDone: number;
  readonly counts: Counts;
  readonly report: ReportMark;
}

export interface ImportStoreOptions {
  /** The role that owns the agency's tables. */
  readonly ownerUrl: string;
  readonly identity: RunIdentity;
  readonly operator: string;
  /** Whether this is a dry run, in which the server itself refuses to write except to temporary tables. */
  readonly dryRun: boolean;
}

const NO_REPORT: ReportMark = { bytes: 0, digest: '' };
const BEGINNING: Progress = { rowsDone: 0, counts: NOTHING, report: NO_REPORT };

/** The target of an import: one connection to the agency's database as the owner of its tables. */
export class ImportStore {
  private readonly db: Knex;
  private readonly client: ClientBase;
  private readonly options: ImportStoreOptions;
  private runId = '0';
  private batch: BatchTable | undefined;
  private progress = BEGINNING;

  private constructor(db: Knex, client: ClientBase, options: ImportStoreOptions) {
    this.db = db;
    this.client = client;
    this.options = options;
  }

  /**
   * Connects, and ensures that no other import runs.
   *
   * @param patience how long to wait for another import that is ending, in seconds.
   * @throws {ImportRefused} if another import runs, or the database was filled under another key.
   */
  static async open(options: ImportStoreOptions, patience = LOCK_SECONDS): Promise<ImportStore> {
    const db = connect(options.ownerUrl, { poolSize: 1, statementTimeout: 0 });
    const client = await db.client.acquireConnection().catch(async (error: unknown) => {
      await db.destroy();
      throw error;
    });
    const store = new ImportStore(db, client, options);
    try {
      await store.lock(patience);
      await store.refuseOtherKey();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Begins the run, or continues a stopped one. @returns its progress. */
  async begin(): Promise<Progress> {
    const { dryRun, identity, operator } = this.options;
    if (dryRun) return this.progress;
    await this.client.query(await readFile(join(__dirname, 'schema.sql'), 'utf8'));
    const { kind, fileDigest, readingDigest } = identity;
    const { rows } = await this.client.query(
      `select run_id, rows_done, inserted, changed, unchanged, refused, children_added, report_bytes, report_digest
       from import.run where kind = $1 and state = 'UNFINISHED' and file_digest = $2 and reading_digest = $3`,
      [kind, fileDigest, readingDigest],
    );
    const [found] = rows;
    if (found === undefined) {
      await this.beginRun();
    } else {
      this.runId = found.run_id;
      this.progress = {
        rowsDone: found.rows_done,
        counts: {
          inserted: found.inserted,
          changed: found.changed,
          unchanged: found.unchanged,
          refused: found.refused,
          childrenAdded: found.children_added,
        },
        report: { bytes: Number(found.report_bytes), digest: found.report_digest },
      };
    }
    await this.client.query('insert into import.run_session (run_id, operator) values ($1, $2)', [
      this.runId,
      operator,
    ]);
    return this.progress;
  }

  /** Restarts the file from its first row; rows that are already stored count as unchanged. */
  async beginAgain(): Promise<void> {
    this.progress = BEGINNING;
    if (this.options.dryRun) return;
    await this.beginRun();
    await this.client.query('insert into import.run_session (run_id, operator) values ($1, $2)', [
      this.runId,
      this.options.operator,
    ]);
  }

  /** @throws {ImportRefused} if the tables are missing. */
  async prepare(kind: Kind, roster: string, header: Header): Promise<void> {
    const { client } = this;
    const { dryRun } = this.options;
    if (dryRun) {
      await client.query(
        'create temporary table row_key (run_id bigint, key_digest bytea, line integer, primary key (run_id, key_digest))',
      );
    }
    this.batch = await BatchTable.create({
      client,
      kind,
      header,
      roster,
      dryRun,
      keys: { table: dryRun ? 'pg_temp.row_key' : 'import.row_key', run: this.runId },
    });
    if (dryRun) await client.query('set default_transaction_read_only = on');
  }

  /**
   * Stores a batch and the import's progress in one transaction.
   *
   * @param rowsDone rows of the file up to the end of the batch.
   * @param refused number of its rows that were refused before.
   * @param report writes the list of refused rows, including those that the database refuses, before the commit.
   */
  async store(
    rows: readonly KeyedRow[],
    rowsDone: number,
    refused: number,
    report: (ofDatabase: ReadonlyMap<number, Fault>) => Promise<ReportMark>,
  ): Promise<Progress> {
    if (this.batch === undefined) throw new Error('The store is not prepared.');
    await this.client.query('begin');
    try {
      const result: BatchResult = await this.batch.store(rows);
      const progress: Progress = {
        rowsDone,
        counts: sum(this.progress.counts, { ...result.counts, refused: refused + result.refused.size }),
        report: await report(result.refused),
      };
      if (!this.options.dryRun) await this.remember(progress);
      await this.client.query('commit');
      this.progress = progress;
      return progress;
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** Ends the run and removes the data that was kept to continue it. */
  async finish(): Promise<void> {
    if (this.options.dryRun) return;
    await this.client.query('begin');
    await this.client.query("update import.run set state = 'FINISHED', ended_at = now() where run_id = $1", [
      this.runId,
    ]);
    await this.client.query('delete from import.row_key where run_id = $1', [this.runId]);
    await this.client.query('commit');
  }

  async close(): Promise<void> {
    await this.db.client.releaseConnection(this.client);
    await this.db.destroy();
  }

  /** Takes a session lock: the server releases it soon after the connection ends, however it ends. */
  private async lock(seconds: number): Promise<void> {
    try {
      await this.client.query(`set lock_timeout = '${seconds * 1_000}ms'`);
      await this.client.query('select pg_advisory_lock($1)', [IMPORT_LOCK]);
      await this.client.query('set lock_timeout = 0');
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      throw new ImportRefused('Another import into the database of this agency is running: wait until it has ended.');
    }
  }

  /** @throws {ImportRefused} for another key: its pseudonyms would match nobody. */
  private async refuseOtherKey(): Promise<void> {
    const { rows } = await this.client.query("select to_regclass('base.child_id_fingerprint') is not null as migrated");
    const { rows: present } = rows[0].migrated
      ? await this.client.query('select fingerprint from base.child_id_fingerprint')
      : { rows: [] };
    if (present.length === 0) {
      throw new ImportRefused('The database of this agency has not been migrated: start its subgraph once.');
    }
    if (present[0].fingerprint !== this.options.identity.childIdFingerprint) {
      throw new ImportRefused(new OtherChildIdKey().message);
    }
  }

  private async beginRun(): Promise<void> {
    const { identity, operator } = this.options;
    const { kind, fileDigest, readingDigest, childIdFingerprint } = identity;
    await this.client.query('begin');
    // Another file was imported meanwhile, or the list of refused rows is gone: that run cannot continue.
    const { rows } = await this.client.query(
      "update import.run set state = 'ABANDONED', ended_at = now() where kind = $1 and state = 'UNFINISHED' returning run_id",
      [kind],
    );
    for (const { run_id } of rows) await this.client.query('delete from import.row_key where run_id = $1', [run_id]);
    const { rows: begun } = await this.client.query(
      `insert into import.run (kind, file_digest, reading_digest, child_id_fingerprint, operator)
       values ($1, $2, $3, $4, $5) returning run_id`,
      [kind, fileDigest, readingDigest, childIdFingerprint, operator],
    );
    this.runId = begun[0].run_id;
    await this.client.query('commit');
  }

  private async remember({ rowsDone, counts, report }: Progress): Promise<void> {
    await this.client.query(
      `update import.run set rows_done = $2, inserted = $3, changed = $4, unchanged = $5, refused = $6,
         children_added = $7, report_bytes = $8, report_digest = $9
       where run_id = $1`,
      [
        this.runId,
        rowsDone,
        counts.inserted,
        counts.changed,
        counts.unchanged,
        counts.refused,
        counts.childrenAdded,
        report.bytes,
        report.digest,
      ],
    );
  }
}

// Private:

/** Advisory lock key, arbitrary but the same in all imports. */
const IMPORT_LOCK = 7_291_005;
/** Longer than a server needs to notice a killed process; shorter than a person waits. */
const LOCK_SECONDS = 10;
const LOCK_NOT_AVAILABLE = '55P03';
