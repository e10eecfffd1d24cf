import type { FileHandle } from 'node:fs/promises';

const CHUNK = 256 * 1024;

/** A file's bytes from its beginning, up to `end`. Leaves it open, and leaves nothing behind where a reader ends early. */
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
