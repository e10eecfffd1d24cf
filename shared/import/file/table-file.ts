import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ImportRefused } from '../refused';
import type { TableRow } from './cell';
import { chunksOf } from './chunks';
import { csvRows } from './csv-rows';
import { type Encoding, Utf8Check } from './encoding';
import { Archive } from './xlsx/archive';
import { sheetRows } from './xlsx/sheet-rows';
import { findSheet, type Sheet, type SheetParts } from './xlsx/workbook';

export interface TableFileOptions {
  /** Encoding of a text file; detected by default: UTF-8 if valid, else GB 18030. */
  readonly encoding?: Encoding | undefined;
  /** Sheet of a workbook; the first visible one by default. */
  readonly sheet?: string | undefined;
  /** Whether to read hidden sheets, rows and columns of a workbook. */
  readonly hidden?: boolean | undefined;
}

/** An open workbook, and the sheet to read. */
interface OpenWorkbook {
  readonly archive: Archive;
  readonly parts: SheetParts;
  readonly takeHidden: boolean;
}

/** A file with a table: CSV or a workbook, recognized by content and not by name. */
export class TableFile {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly digest: string;
  /** Undefined for a workbook. */
  readonly encoding: Encoding | undefined;
  private readonly handle: FileHandle;
  private readonly workbook: OpenWorkbook | undefined;
  private readonly state: string;

  private constructor(
    handle: FileHandle,
    digest: string,
    encoding: Encoding | undefined,
    workbook: OpenWorkbook | undefined,
    state: string,
  ) {
    this.handle = handle;
    this.digest = digest;
    this.encoding = encoding;
    this.workbook = workbook;
    this.state = state;
  }

  /**
   * Opens the file and reads all its bytes once.
   *
   * @throws {ImportRefused} if it is missing, unreadable, of another type, or has no usable sheet.
   */
  static async open(path: string, { encoding, sheet, hidden }: TableFileOptions = {}): Promise<TableFile> {
    const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'does not exist' : 'cannot be read';
      throw new ImportRefused(`The file ${path} ${why}.`);
    });
    try {
      const state = await stateOf(handle);
      const hash = createHash('sha256');
      const utf8 = new Utf8Check();
      let start: Buffer | undefined;
      for await (const chunk of chunksOf(handle)) {
        start ??= chunk.subarray(0, 8);
        hash.update(chunk);
        utf8.add(chunk);
      }
      if (start === undefined) throw new ImportRefused(`The file ${path} is empty.`);
      const digest = hash.digest('hex');
      if (isWorkbook(start, path)) {
        if (encoding !== undefined) throw new ImportRefused('A workbook has no encoding: leave out --encoding.');
        const archive = await Archive.open(handle.fd);
        const parts = await findSheet(archive, { sheet, hidden });
        return new TableFile(handle, digest, undefined, { archive, parts, takeHidden: hidden === true }, state);
      }
      if (sheet !== undefined || hidden === true) {
        throw new ImportRefused('Only a workbook has sheets and hidden parts: leave out --sheet and --hidden.');
      }
      return new TableFile(handle, digest, encoding ?? (utf8.isUtf8 ? 'utf-8' : 'gb18030'), undefined, state);
    } catch (error) {
      await handle.close();
      throw (error as NodeJS.ErrnoException).code === 'EISDIR' ? new ImportRefused(`${path} is a folder.`) : error;
    }
  }

  /** Describes the options that change how the same bytes are read. */
  get readAs(): string {
    const { workbook } = this;
    if (workbook === undefined) return this.encoding ?? '';
    return `sheet ${workbook.parts.chosen.name}${workbook.takeHidden ? ', with hidden parts' : ''}`;
  }

  /** Tells the officer which parts of a workbook are read: `Reads sheet 学籍. Leaves out: 填表说明, 旧 (hidden).` */
  get told(): string | undefined {
    if (this.workbook === undefined) return undefined;
    const { chosen, others } = this.workbook.parts;
    const named = ({ name, hidden }: Sheet) => (hidden ? `${name} (hidden)` : name);
    const leftOut = others.length === 0 ? '' : ` Leaves out: ${others.map(named).join(', ')}.`;
    return `Reads sheet ${named(chosen)}.${leftOut}`;
  }

  /** Reads all rows; every call starts at the first. @throws {ImportRefused} for damaged content. */
  rows(): AsyncGenerator<TableRow> {
    const { workbook } = this;
    if (workbook !== undefined) return sheetRows(workbook.archive, workbook.parts, workbook.takeHidden);
    return csvRows(chunksOf(this.handle), this.encoding ?? 'utf-8');
  }

  /** @throws {ImportRefused} if the file changed after it was opened. */
  async refuseChanged(): Promise<void> {
    if ((await stateOf(this.handle)) !== this.state) {
      throw new ImportRefused(
        'The file was changed during the import. Import it again: rows that are already stored stay.',
      );
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

// Private:

async function stateOf(handle: FileHandle): Promise<string> {
  const { mtimeNs, size } = await handle.stat({ bigint: true });
  return `${mtimeNs}/${size}`;
}

const ZIP = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
/** The container of .xls, and of workbooks with a password. */
const COMPOUND_FILE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const UTF_16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

function isWorkbook(start: Buffer, path: string): boolean {
  const begins = (mark: Buffer) => start.subarray(0, mark.length).equals(mark);
  if (begins(ZIP)) return true;
  if (begins(COMPOUND_FILE)) {
    throw new ImportRefused(`The file ${path} is an .xls, or has a password: save it as .xlsx without one.`);
  }
  if (UTF_16.some(begins)) throw new ImportRefused(`The file ${path} is written in UTF-16: save it as CSV UTF-8.`);
  if (/\.xls[xm]?$/i.test(path)) throw new ImportRefused(`The file ${path} is not an .xlsx workbook.`);
  return false;
}
