import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ImportRefused } from '../refused';
import type { TableRow } from './cell';
import { chunksOf } from './chunks';
import { csvRows } from './csv-rows';
import { type Encoding, Utf8Check } from './encoding';
import { sheetRows } from './xlsx/sheet-rows';

export interface TableFileOptions {
  /** Of a text file; found out where nothing is given: UTF-8 where its bytes can be that, else GB 18030. */
  readonly encoding?: Encoding | undefined;
  /** Of a workbook; the first one where nothing is given. */
  readonly sheet?: string | undefined;
}

/** A file that holds a table: CSV, or a workbook. What it is, its content says and not its name. */
export class TableFile {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly digest: string;
  /** Undefined of a workbook. */
  readonly encoding: Encoding | undefined;
  private readonly handle: FileHandle;
  private readonly sheet: string | undefined;
  private readonly state: string;

  private constructor(
    handle: FileHandle,
    digest: string,
    encoding: Encoding | undefined,
    sheet: string | undefined,
    state: string,
  ) {
    this.handle = handle;
    this.digest = digest;
    this.encoding = encoding;
    this.sheet = sheet;
    this.state = state;
  }

  /**
   * Opens the file and reads all its bytes once.
   *
   * @throws {ImportRefused} where it is missing, cannot be read, or is of neither kind.
   */
  static async open(path: string, { encoding, sheet }: TableFileOptions = {}): Promise<TableFile> {
    const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'is not there' : 'cannot be read';
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
      const workbook = isWorkbook(start, path);
      if (sheet !== undefined && !workbook) throw new ImportRefused('Only a workbook has sheets: leave out --sheet.');
      if (encoding !== undefined && workbook)
        throw new ImportRefused('A workbook has no encoding: leave out --encoding.');
      const found = workbook ? undefined : (encoding ?? (utf8.isUtf8 ? 'utf-8' : 'gb18030'));
      return new TableFile(handle, hash.digest('hex'), found, sheet, state);
    } catch (error) {
      await handle.close();
      throw (error as NodeJS.ErrnoException).code === 'EISDIR' ? new ImportRefused(`${path} is a folder.`) : error;
    }
  }

  /** What the same bytes could be read as in another way, too. */
  get readAs(): string {
    return this.encoding ?? `sheet ${this.sheet ?? ''}`;
  }

  /** All rows from the first, each time. @throws {ImportRefused} where what is there is not what it seemed. */
  rows(): AsyncGenerator<TableRow> {
    return this.encoding === undefined
      ? sheetRows(this.handle.fd, this.sheet)
      : csvRows(chunksOf(this.handle), this.encoding);
  }

  /** @throws {ImportRefused} where somebody has written to the file since it was opened. */
  async refuseChanged(): Promise<void> {
    if ((await stateOf(this.handle)) !== this.state) {
      throw new ImportRefused(
        'The file was changed while it was imported. Import it again: what is stored already stays.',
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
  if (/\.xls[xm]?$/i.test(path)) throw new ImportRefused(`The file ${path} is no .xlsx workbook.`);
  return false;
}
