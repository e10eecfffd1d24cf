import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { ChainHead } from './chain';
import { checkpointJson, parseJson } from './exported-checkpoint';

/** The last known end of the chain, and the last checkpoint's number. */
export interface KnownHead {
  readonly entry: ChainHead;
  /** 0 before the first. */
  readonly checkpoint: number;
}

/** File name in the embedded system's data directory. */
export const EMBEDDED_HEAD_FILE = 'ledger-head.json';

const KIND = 'unified-child-record access ledger head';
const count = z.int().nonnegative();
const headJson = z.strictObject({
  kind: z.literal(KIND),
  v: z.literal(1),
  entry: z.strictObject({ seq: count, at: z.iso.datetime(), hash: checkpointJson.shape.root }),
  checkpoint: count,
});

/**
 * @returns undefined if the file is missing. @throws if it has other content, which must not pass for a first start.
 */
export async function readHead(file: string): Promise<KnownHead | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`LEDGER_HEAD_FILE cannot be read: ${error.code}.`);
  });
  if (text === undefined) return undefined;
  const parsed = headJson.safeParse(parseJson(text));
  if (!parsed.success) throw new Error('LEDGER_HEAD_FILE does not contain the end of a ledger.');
  return parsed.data;
}

/** Replaces the file atomically and durably. */
export async function writeHead(file: string, { entry, checkpoint }: KnownHead): Promise<void> {
  const { seq, at, hash } = entry;
  const text = JSON.stringify({ kind: KIND, v: 1, entry: { seq, at, hash: hash.toString('hex') }, checkpoint });
  const partial = `${file}.${process.pid}.partial`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
}
