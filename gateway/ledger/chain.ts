import { hash as digestOf, getHashes } from 'node:crypto';

/** SM3 (GB/T 32905) or SHA-256. A chain keeps the hash that it began with. */
export const LEDGER_HASHES = ['sm3', 'sha256'] as const;
export type LedgerHash = (typeof LEDGER_HASHES)[number];

/** Length of either hash, in bytes. */
export const HASH_BYTES = 32;

/** The content of an entry that its hash covers. */
export interface EntryText {
  readonly seq: number;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** The exact JSON text. */
  readonly body: string;
}

/** An entry as a link of the chain. */
export interface ChainedEntry extends EntryText {
  readonly previous: Buffer;
  readonly hash: Buffer;
}

/** The end of the chain at some time. */
export interface ChainHead {
  /** 0 before the first entry. */
  readonly seq: number;
  readonly at: string;
  readonly hash: Buffer;
}

export function digest(hash: LedgerHash, ...parts: readonly (Buffer | string)[]): Buffer {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  return digestOf(hash, Buffer.concat(bytes), 'buffer');
}

/** The previous hash of the first entry; contains the hash's name, so that chains of different hashes differ. */
export function genesis(hash: LedgerHash): Buffer {
  return digest(hash, `unified-child-record access ledger v1 ${hash}`);
}

export function beginning(hash: LedgerHash): ChainHead {
  return { seq: 0, at: new Date(0).toISOString(), hash: genesis(hash) };
}

export function entryHash(hash: LedgerHash, previous: Buffer, { seq, at, body }: EntryText): Buffer {
  return digest(hash, previous, `${seq}\n${at}\n${body}`);
}

/** @throws if the runtime lacks the hash, which prevents the start. */
export function refuseUnknownHash(hash: LedgerHash): void {
  if (getHashes().includes(hash)) return;
  throw new Error(`This Node.js runtime has no ${hash.toUpperCase()}; set LEDGER_HASH to the other hash.`);
}
