import { createHash } from 'node:crypto';
import type { ChildIds } from '../domain/child-id';
import { comparable } from '../domain/visible-text';
import { isComment, isEmpty, type TableRow } from './file/cell';
import type { TableFile } from './file/table-file';
import type { Kind } from './mapping/mapping';
import { ImportRefused } from './refused';
import { type RefusedRow, RefusedRows } from './report/refused-rows';
import { type Header, namesColumns, readHeader } from './rows/header';
import { type ReadRow, readRow } from './rows/read-row';
import type { Fault } from './rows/reasons';
import type { KeyedRow } from './store/batch-table';
import { type Counts, NOTHING } from './store/counts';
import { ImportStore, type Progress, type RunIdentity } from './store/import-store';

export interface ImportOptions {
  readonly file: TableFile;
  readonly kindName: string;
  readonly kind: Kind;
  /** The agency's table of children. */
  readonly roster: string;
  /** The role that owns the agency's tables. */
  readonly ownerUrl: string;
  readonly childIds: ChildIds;
  /** The officer responsible for the import; never a child. */
  readonly operator: string;
  /** Path of the list of refused rows. */
  readonly reportPath: string;
  /** Headers that are ignored. */
  readonly ignored: readonly string[];
  /** Rows per transaction. */
  readonly batchRows: number;
  readonly dryRun: boolean;
  /** ISO day in China. */
  readonly today: string;
  /** Ends the import after the current batch. */
  readonly stopping: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly rows: number }) => void;
}

export interface ImportOutcome {
  /** Rows of the file, without header, comments and empty lines. */
  readonly rows: number;
  /** Processed rows: fewer than `rows` if the import was stopped. */
  readonly done: number;
  /** Rows that an earlier run had processed. */
  readonly resumedAt: number;
  /** Totals of all runs of this import. */
  readonly counts: Counts;
  /** Comment rows (`#`), which are not imported. */
  readonly comments: Comments;
}

export interface Comments {
  readonly count: number;
  /** The first few of them. */
  readonly lines: readonly number[];
}

/** More rows than any file of one office has. */
const MOST_ROWS = 2_000_000;
/** How many lines a message names. */
const LINES_NAMED = 5;

/**
 * Imports a file: reads it once to verify that it can be read to its end, then again to store it batch by batch. After an
 * interruption the same call continues after the last committed batch.
 *
 * @throws {ImportRefused} before anything is written, if it cannot be done.
 */
export async function runImport(options: ImportOptions): Promise<ImportOutcome> {
  const { kind, roster, dryRun } = options;
  const file = await look(options);
  const { header, rows, comments } = file;
  const store = await ImportStore.open({
    ownerUrl: options.ownerUrl,
    identity: identityOf(options),
    operator: options.operator,
    dryRun,
  });
  try {
    const earlier = await store.begin();
    const report = await reportOf(options, header, earlier);
    try {
      // Without the list of rows refused so far, the import starts again; rows that are already stored count as
      // unchanged.
      const goesOn = earlier.rowsDone > 0 && report.resumed;
      if (earlier.rowsDone > 0 && !goesOn) await store.beginAgain();
      await store.prepare(kind, roster, header);
      const begun = goesOn ? earlier : { rowsDone: 0, counts: NOTHING };
      const outcome = await storeRows(options, file, store, report.list, {
        rows,
        comments,
        done: begun.rowsDone,
        resumedAt: begun.rowsDone,
        counts: begun.counts,
      });
      if (outcome.done < rows) return outcome;
      await report.list.complete(outcome.counts.refused);
      await store.finish();
      return outcome;
    } finally {
      await report.list.close();
    }
  } finally {
    await store.close();
  }
}

// Private:

/** Counts of a file's content. */
interface SeenFile {
  readonly header: Header;
  readonly headerLine: number;
  readonly rows: number;
  readonly comments: Comments;
}

/** @throws {ImportRefused} for anything that prevents reading the file to its end. */
async function look({ file, kind, ignored, stopping }: ImportOptions): Promise<SeenFile> {
  let header: Header | undefined;
  let headerLine = 0;
  let rows = 0;
  let comments: Comments = { count: 0, lines: [] };
  for await (const row of file.rows()) {
    if (stopping.aborted) throw new ImportRefused('The import was stopped before anything was written.');
    if (isEmpty(row)) continue;
    if (header === undefined && (!isComment(row) || namesColumns(row, kind))) {
      header = readHeader(row, kind, { ignored, wholeRows: file.encoding !== undefined });
      headerLine = row.line;
    } else if (isComment(row)) {
      comments = { count: comments.count + 1, lines: [...comments.lines, row.line].slice(0, LINES_NAMED) };
    } else rows += 1;
    if (rows > MOST_ROWS) throw new ImportRefused(`The file has more than ${MOST_ROWS} rows: split it.`);
  }
  if (header === undefined) throw new ImportRefused('The file is empty: it has no header.');
  if (rows === 0) throw new ImportRefused('The file has a header but no rows.');
  return { header, headerLine, rows, comments };
}

/** Continues an earlier run's list if unchanged, or begins a new one. */
async function reportOf(
  { reportPath, dryRun }: ImportOptions,
  header: Header,
  { rowsDone, report }: Progress,
): Promise<{ readonly list: RefusedRows; readonly resumed: boolean }> {
  const earlier = rowsDone > 0 ? await RefusedRows.resume(reportPath, header, report) : undefined;
  return { list: earlier ?? (await RefusedRows.begin(reportPath, header, dryRun)), resumed: earlier !== undefined };
}

async function storeRows(
  options: ImportOptions,
  { header, headerLine }: SeenFile,
  store: ImportStore,
  report: RefusedRows,
  begun: ImportOutcome,
): Promise<ImportOutcome> {
  const { file, batchRows, stopping, onProgress } = options;
  let outcome = begun;
  let seen = 0;
  let batch: TableRow[] = [];
  const flush = async () => {
    await file.refuseChanged();
    const { keyed, refused } = judge(batch, header, options);
    const rows = batch;
    const { rowsDone, counts } = await store.store(keyed, outcome.done + batch.length, refused.size, (ofDatabase) =>
      report.add(refusedRows(rows, refused, ofDatabase)),
    );
    batch = [];
    outcome = { ...outcome, done: rowsDone, counts };
    onProgress(outcome);
  };
  for await (const row of file.rows()) {
    if (row.line <= headerLine || isEmpty(row) || isComment(row)) continue;
    seen += 1;
    if (seen <= begun.resumedAt) continue;
    if (stopping.aborted) return outcome;
    batch.push(row);
    if (batch.length === batchRows) await flush();
  }
  if (batch.length > 0 && !stopping.aborted) await flush();
  return outcome;
}

interface Judged {
  readonly keyed: readonly KeyedRow[];
  /** By line. */
  readonly refused: ReadonlyMap<number, readonly Fault[]>;
}

function judge(rows: readonly TableRow[], header: Header, { kind, childIds, today }: ImportOptions): Judged {
  const keyed: KeyedRow[] = [];
  const refused = new Map<number, readonly Fault[]>();
  for (const row of rows) {
    const result = readRow(row, header, today);
    if ('faults' in result) refused.set(row.line, result.faults);
    else keyed.push(withKey(result.row, kind, childIds));
  }
  return { keyed, refused };
}

function withKey(row: ReadRow, { key }: Kind, childIds: ChildIds): KeyedRow {
  const childId = childIds.derive(row.idNumber);
  const parts = key.map((name) => {
    const value = name === 'child_id' ? childId : row.values[name];
    return typeof value === 'string' ? comparable(value) : value;
  });
  const keyDigest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return { ...row, childId, keyDigest };
}

function refusedRows(
  rows: readonly TableRow[],
  refused: ReadonlyMap<number, readonly Fault[]>,
  ofDatabase: ReadonlyMap<number, Fault>,
): readonly RefusedRow[] {
  return rows.flatMap(({ line, cells }) => {
    const fault = ofDatabase.get(line);
    const faults = refused.get(line) ?? (fault === undefined ? [] : [fault]);
    return faults.length === 0 ? [] : [{ line, cells, faults }];
  });
}

function identityOf({ file, kindName, kind, ignored, childIds, today }: ImportOptions): RunIdentity {
  // The day of the import matters: later dates are refused, and accepted on another day.
  const reading = JSON.stringify([kind, ignored, file.readAs, today]);
  return {
    kind: kindName,
    fileDigest: file.digest,
    readingDigest: createHash('sha256').update(reading).digest('hex'),
    childIdFingerprint: childIds.fingerprint,
  };
}
