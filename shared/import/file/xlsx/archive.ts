import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { type Entry, fromFd, type ZipFile } from 'yauzl';
import { ImportRefused } from '../../refused';

/** Maximum unpacked size of one part of a workbook, in bytes. A sheet of 120,000 rows has about 100 MB. */
export interface PartLimits {
  readonly bytes: number;
}

/** More parts than any workbook of a register has. */
const MOST_PARTS = 2_000;

/** The parts of a workbook (ECMA-376, part 2), which is a ZIP archive. */
export class Archive {
  private readonly zip: ZipFile;
  private readonly entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.zip = zip;
    this.entries = entries;
  }

  /** @param descriptor an open file, which stays open. @throws {ImportRefused} for anything but a complete archive. */
  static async open(descriptor: number): Promise<Archive> {
    const open = promisify<number, object, ZipFile>(fromFd as never);
    const zip = await open(descriptor, { autoClose: false, lazyEntries: true }).catch(() => {
      throw damaged('it is incomplete, or not a workbook');
    });
    if (zip.entryCount > MOST_PARTS) throw damaged(`it has more than ${MOST_PARTS} parts`);
    const entries = new Map<string, Entry>();
    try {
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    } catch {
      throw damaged('its list of parts cannot be read');
    }
    return new Archive(zip, entries);
  }

  has(path: string): boolean {
    return this.entries.has(path);
  }

  /**
   * A part's text, piece by piece.
   *
   * @throws {ImportRefused} if it is missing, damaged, or unpacks to more than the limit.
   */
  async *text(path: string, limits: PartLimits): AsyncGenerator<string> {
    const entry = this.entries.get(path);
    if (entry === undefined) throw damaged(`the part ${path} is missing`);
    if (entry.isEncrypted()) throw damaged('it has a password');
    if (entry.uncompressedSize > limits.bytes) throw tooLarge(path, limits);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let bytes = 0;
    let checksum = 0;
    try {
      for await (const chunk of await this.zip.openReadStreamPromise(entry)) {
        bytes += chunk.length;
        if (bytes > limits.bytes) throw tooLarge(path, limits);
        checksum = crc32(chunk, checksum);
        yield decoder.decode(chunk, { stream: true });
      }
      yield decoder.decode();
    } catch (error) {
      if (error instanceof ImportRefused) throw error;
      throw damaged(`the part ${path} cannot be unpacked`);
    }
    if (checksum !== entry.crc32) throw damaged(`the part ${path} has a wrong checksum`);
  }
}

/** Makes the refusal of a damaged workbook. */
export function damaged(why: string): ImportRefused {
  return new ImportRefused(`The workbook cannot be read: ${why}. Open it, save it again as .xlsx, and import that.`);
}

// Private:

function tooLarge(path: string, { bytes }: PartLimits): ImportRefused {
  return new ImportRefused(
    `The workbook is refused: its part ${path} unpacks to more than ${Math.round(bytes / 1e6)} MB. Save the sheet as CSV.`,
  );
}
