import { isUtf8 } from 'node:buffer';
import { ImportRefused } from '../refused';

/** Encodings of text files. GB 18030 contains all of GBK and GB 2312. */
export const ENCODINGS = ['utf-8', 'gb18030'] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** @throws {ImportRefused} for an unknown name. */
export function encodingNamed(name: string): Encoding {
  const encoding = NAMES[name.toLowerCase()];
  if (encoding === undefined) {
    throw new ImportRefused(`Unknown encoding ${name}; known encodings: utf-8, gbk and gb18030.`);
  }
  return encoding;
}

/** Checks chunk by chunk whether bytes are valid UTF-8. */
export class Utf8Check {
  private tail = Buffer.alloc(0);
  private valid = true;

  add(chunk: Buffer): void {
    if (!this.valid) return;
    const bytes = Buffer.concat([this.tail, chunk]);
    const whole = bytes.length - unfinished(bytes);
    this.valid = isUtf8(bytes.subarray(0, whole));
    this.tail = bytes.subarray(whole);
  }

  /** After the last chunk. */
  get isUtf8(): boolean {
    return this.valid && this.tail.length === 0;
  }
}

/**
 * Decodes a file piece by piece, with line breaks as `\n` and without a byte order mark.
 *
 * @throws {ImportRefused} for bytes that are invalid in this encoding.
 */
export async function* decoded(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new ImportRefused(
        `The file is not written in ${encoding === 'utf-8' ? 'UTF-8' : 'GBK or GB 18030'}: name its encoding with --encoding, or save it as CSV UTF-8.`,
      );
    }
  };
  // A line break of two characters may be split between two pieces.
  let held = '';
  for await (const chunk of chunks) {
    const text = held + decode(chunk);
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replace(LINE_BREAK, '\n');
  }
  yield (held + decode()).replace(LINE_BREAK, '\n');
}

// Private:

const LINE_BREAK = /\r\n?/g;

const NAMES: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  'utf-8': 'utf-8',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  gb18030: 'gb18030',
};

/** Number of bytes at the end that begin a character of the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}
