import type { Archive } from './archive';
import { readAllElements } from './elements';
import { withoutEscapes } from './escapes';

/** Maximum size of all texts of a workbook, unpacked; bytes. */
const LIMITS = { bytes: 256e6 };

/**
 * The texts of a workbook, to which cells refer by number. A register has one or two for each row, so they are stored
 * compactly: their bytes and four more.
 */
export class SharedStrings {
  private bytes = Buffer.alloc(1 << 16);
  private used = 0;
  private ends = new Uint32Array(1 << 12);
  private count = 0;

  static async read(archive: Archive, path: string | undefined): Promise<SharedStrings> {
    const strings = new SharedStrings();
    if (path === undefined) return strings;
    let text = '';
    let inText = false;
    // The phonetic reading of a text (ECMA-376, 18.4.6) is not part of it.
    let inPhonetic = false;
    await readAllElements(archive.text(path, LIMITS), {
      opened(name) {
        if (name === 'si') text = '';
        if (name === 'rPh') inPhonetic = true;
        inText = name === 't' && !inPhonetic;
      },
      text(piece) {
        if (inText) text += piece;
      },
      closed(name) {
        inText = false;
        if (name === 'rPh') inPhonetic = false;
        if (name === 'si') strings.add(withoutEscapes(text));
      },
    });
    return strings;
  }

  /** @returns undefined if there is no such text. */
  get(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) return undefined;
    return this.bytes.toString('utf8', index === 0 ? 0 : this.ends[index - 1], this.ends[index]);
  }

  private add(text: string): void {
    const size = Buffer.byteLength(text);
    if (this.used + size > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(this.bytes.length * 2, this.used + size));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    if (this.count === this.ends.length) {
      const more = new Uint32Array(this.ends.length * 2);
      more.set(this.ends);
      this.ends = more;
    }
    this.used += this.bytes.write(text, this.used);
    this.ends[this.count] = this.used;
    this.count += 1;
  }
}
