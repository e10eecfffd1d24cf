import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { type Cell, textOf } from '../file/cell';
import { chunksOf } from '../file/chunks';
import { ImportRefused } from '../refused';
import type { Header } from '../rows/header';
import { type Fault, wording } from '../rows/reasons';
import { REPORT_HEADERS } from './report-headers';
import { BYTE_ORDER_MARK, csvLine } from './safe-csv';

/** A row that was not imported, and why. */
export interface RefusedRow {
  readonly line: number;
  readonly cells: readonly Cell[];
  readonly faults: readonly Fault[];
}

/** The state of a list, by which a later run can continue it and notice changes. */
export interface ReportMark {
  readonly bytes: number;
  /** SHA-256 of these bytes, hexadecimal. */
  readonly digest: string;
}

/**
 * The list of refused rows for the officer who owns the file: line, codes, reasons, and the row itself, so that it can
 * be corrected and imported directly. Contains personal data like the file, and is readable only by its user. Its name
 * ends in `.partial` until it is complete.
 */
export class RefusedRows {
  private readonly path: string;
  private readonly partialPath: string;
  private readonly handle: FileHandle;
  private readonly header: Header;
  private readonly hash: Hash;
  private bytes: number;
  private completed = false;

  private constructor(
    path: string,
    partialPath: string,
    handle: FileHandle,
    header: Header,
    hash: Hash,
    bytes: number,
  ) {
    this.path = path;
    this.partialPath = partialPath;
    this.handle = handle;
    this.header = header;
    this.hash = hash;
    this.bytes = bytes;
  }

  /** @param path of the complete list. @param dryRun does not touch the list of a stopped import. */
  static async begin(path: string, header: Header, dryRun = false): Promise<RefusedRows> {
    const partialPath = dryRun ? partial(`${path}.dry-run`) : partial(path);
    // An existing file may be readable by others, and would stay so.
    await rm(partialPath, { force: true });
    const handle = await open(partialPath, 'wx', 0o600).catch(() => {
      throw new ImportRefused(`The list of refused rows cannot be written to ${path}.`);
    });
    const list = new RefusedRows(path, partialPath, handle, header, createHash('sha256'), 0);
    const own = header.names.filter((_, index) => !header.ofReport.has(index));
    await list.append(BYTE_ORDER_MARK + csvLine([...REPORT_HEADERS, ...own]));
    return list;
  }

  /**
   * Continues the list of a stopped run, after removing rows that the run had written but not committed.
   *
   * @returns undefined if it is missing or was changed.
   */
  static async resume(path: string, header: Header, mark: ReportMark): Promise<RefusedRows | undefined> {
    const handle = await open(partial(path), 'r+').catch(() => undefined);
    if (handle === undefined) return undefined;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunksOf(handle, mark.bytes)) {
      bytes += chunk.length;
      hash.update(chunk);
    }
    if (bytes !== mark.bytes || hash.copy().digest('hex') !== mark.digest) {
      await handle.close();
      return undefined;
    }
    await handle.truncate(bytes);
    return new RefusedRows(path, partial(path), handle, header, hash, bytes);
  }

  /** Writes rows durably. @returns the list's new progress. */
  async add(rows: readonly RefusedRow[]): Promise<ReportMark> {
    if (rows.length > 0) {
      await this.append(rows.map((row) => this.lineOf(row)).join(''));
      await this.handle.datasync();
    }
    return { bytes: this.bytes, digest: this.hash.copy().digest('hex') };
  }

  /**
   * Renames the list to its final name, or removes it if it is empty. Keeps an existing list as `.previous`: somebody
   * may have begun to correct it.
   */
  async complete(refused: number): Promise<void> {
    this.completed = true;
    await this.handle.close();
    await rename(this.path, `${this.path}.previous`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (refused > 0) await rename(this.partialPath, this.path);
    else await rm(this.partialPath);
  }

  /** Closes the list for a later run; a dry run removes it. */
  async close(): Promise<void> {
    await this.handle.close();
    if (!this.completed && this.partialPath !== partial(this.path)) await rm(this.partialPath, { force: true });
  }

  private async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.hash.update(bytes);
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, this.bytes + written);
      written += bytesWritten;
    }
    this.bytes += bytes.length;
  }

  private lineOf({ line, cells, faults }: RefusedRow): string {
    const own = this.header.names.flatMap((_, index) =>
      this.header.ofReport.has(index) ? [] : [textOf(cells[index])],
    );
    return csvLine([
      String(line),
      faults.map(({ column, reason }) => (column === undefined ? reason : `${column}=${reason}`)).join('; '),
      faults.map((fault) => wording(fault, 'zh')).join('；'),
      faults.map((fault) => wording(fault, 'en')).join('; '),
      ...own,
      ...cells.slice(this.header.names.length).map(textOf),
    ]);
  }
}

// Private:

function partial(path: string): string {
  return `${path}.partial`;
}
