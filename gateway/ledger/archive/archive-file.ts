import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { type ChainHead, LEDGER_HASHES, type LedgerHash } from '../chain';
import type { CheckpointHead } from '../checkpoint';
import { checkpointJson, checkpointToJson, parseJson } from '../exported-checkpoint';
import type { FoundEntry } from '../verify/entry-check';
import type { FoundCheckpoint } from '../verify/ledger-check';

const KIND = 'unified-child-record access ledger archive';

const bytes = checkpointJson.shape.root;
const count = z.int().nonnegative();

const header = z.strictObject({
  kind: z.literal(KIND),
  v: z.literal(1),
  hash: z.enum(LEDGER_HASHES),
  month: z.string(),
  /** The last entry and checkpoint before the file's first. */
  before: z.strictObject({
    entry: z.strictObject({ seq: count, at: z.iso.datetime(), hash: bytes }),
    checkpoint: z.strictObject({ number: count, lastSeq: count, hash: bytes }),
  }),
});
const line = z.union([
  z.strictObject({
    entry: z.strictObject({
      seq: count,
      at: z.iso.datetime(),
      previous: bytes,
      hash: bytes,
      body: z.string(),
    }),
  }),
  z.strictObject({ checkpoint: checkpointJson, leaves: z.array(bytes) }),
  z.strictObject({ end: z.strictObject({ entries: count, checkpoints: count }) }),
]);

export interface ArchiveHeader {
  readonly hash: LedgerHash;
  /** `2023-01` */
  readonly month: string;
  readonly before: { readonly entry: ChainHead; readonly checkpoint: CheckpointHead };
}

export type ArchiveLine =
  | { readonly entry: FoundEntry }
  | { readonly checkpoint: FoundCheckpoint }
  | { readonly end: { readonly entries: number; readonly checkpoints: number } };

/**
 * Writes an archive: JSON lines, compressed with gzip. Writes to a temporary name until the file is complete and
 * durable, and overwrites the rest of an interrupted attempt.
 */
export async function writeArchive(
  file: string,
  head: ArchiveHeader,
  lines: AsyncIterable<ArchiveLine>,
): Promise<void> {
  const partial = `${file}.partial`;
  try {
    const whole = createWriteStream(partial, { mode: 0o600, flush: true });
    await pipeline(Readable.from(texts(head, lines)), createGzip(), whole);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await rename(partial, file);
  await syncDirectory(dirname(file));
}

/** Reads an archive line by line. */
export interface OpenArchive {
  readonly header: ArchiveHeader;
  readonly lines: AsyncIterable<ArchiveLine>;
}

/** @throws for anything but a complete archive. */
export async function openArchive(file: string): Promise<OpenArchive> {
  const unpacked = createGunzip();
  const interfaceToLines = createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY });
  let broken = false;
  // A file that cannot be read or unpacked to its end is reported after its last readable line.
  pipeline(createReadStream(file), unpacked).catch(() => {
    broken = true;
    interfaceToLines.close();
  });
  const lines = interfaceToLines[Symbol.asyncIterator]();
  const first = await nextLine(lines);
  const parsed = header.safeParse(parseJson(first ?? ''));
  if (!parsed.success) throw new Error('The file is not an archive of the ledger.');
  return { header: parsed.data, lines: parsedLines(lines, () => broken) };
}

/** SHA-256. */
export async function fileDigest(file: string): Promise<Buffer> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk);
  return digest.digest();
}

// Private:

async function* texts(head: ArchiveHeader, lines: AsyncIterable<ArchiveLine>): AsyncGenerator<string> {
  const { entry, checkpoint } = head.before;
  yield text({
    kind: KIND,
    v: 1,
    hash: head.hash,
    month: head.month,
    before: {
      entry: { seq: entry.seq, at: entry.at, hash: entry.hash.toString('hex') },
      checkpoint: { ...checkpoint, hash: checkpoint.hash.toString('hex') },
    },
  });
  for await (const each of lines) {
    if ('entry' in each) {
      const { seq, at, previous, hash, body } = each.entry;
      yield text({ entry: { seq, at, previous: previous.toString('hex'), hash: hash.toString('hex'), body } });
    } else if ('checkpoint' in each) {
      const leaves = (each.checkpoint.leaves ?? []).map((leaf) => leaf.toString('hex'));
      yield text({ checkpoint: checkpointToJson(each.checkpoint), leaves });
    } else {
      yield text(each);
    }
  }
}

function text(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

async function* parsedLines(lines: AsyncIterator<string>, broken: () => boolean): AsyncGenerator<ArchiveLine> {
  let ended = false;
  for (let next = await nextLine(lines); next !== undefined; next = await nextLine(lines)) {
    const parsed = line.safeParse(parseJson(next));
    if (!parsed.success || ended) throw new Error('The archive is damaged: it contains foreign lines.');
    ended = 'end' in parsed.data;
    if ('checkpoint' in parsed.data) {
      yield { checkpoint: { ...parsed.data.checkpoint, leaves: parsed.data.leaves } };
    } else {
      yield parsed.data;
    }
  }
  if (broken() || !ended) throw new Error('The archive is damaged or was cut short.');
}

/** @returns undefined after the last readable line. */
async function nextLine(lines: AsyncIterator<string>): Promise<string | undefined> {
  try {
    const { value, done } = await lines.next();
    return done === true ? undefined : value;
  } catch {
    return undefined;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
}
