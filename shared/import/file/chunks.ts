import type { FileHandle } from 'node:fs/promises';

const CHUNK = 256 * 1024;

/** Reads a file's bytes up to `end`. Leaves the file open, also if the reader stops early. */
export async function* chunksOf(handle: FileHandle, end = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  let position = 0;
  while (position < end) {
    const length = Math.min(CHUNK, end - position);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
