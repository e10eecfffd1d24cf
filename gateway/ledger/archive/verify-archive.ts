import type { ChainHead } from '../chain';
import { monthOf } from '../months';
import type { SignatureVerifier } from '../signing';
import { LedgerCheck } from '../verify/ledger-check';
import { LedgerFault } from '../verify/ledger-fault';
import { fileDigest, openArchive } from './archive-file';

/** A verified archive: every entry is as it was recorded. */
export interface VerifiedArchive {
  readonly month: string;
  /** The last entry before the archive's first. */
  readonly before: ChainHead;
  readonly firstHash: Buffer;
  readonly last: ChainHead;
  readonly entries: number;
  readonly checkpoints: number;
  /** SHA-256 of the file. */
  readonly digest: Buffer;
}

/**
 * Verifies an archive by its file and the public keys alone.
 *
 * @throws LedgerFault with the first entry or checkpoint that differs from what was recorded.
 * @throws for anything but a complete archive.
 */
export async function verifyArchive(file: string, keys: readonly SignatureVerifier[]): Promise<VerifiedArchive> {
  const { header, lines } = await openArchive(file);
  const { hash, month, before } = header;
  const check = new LedgerCheck({ hash, keys, start: before.entry, startCheckpoint: before.checkpoint });
  let firstHash: Buffer | undefined;
  for await (const line of lines) {
    if ('checkpoint' in line) {
      check.checkpoint(line.checkpoint);
    } else if ('entry' in line) {
      check.entry(line.entry);
      const { seq, at, hash } = line.entry;
      firstHash ??= hash;
      if (monthOf(at) !== month) throw new LedgerFault({ entry: seq }, `it is not of the month ${month}`);
      if (seq > check.checkpointHead.lastSeq) throw new LedgerFault({ entry: seq }, 'no checkpoint covers it');
    } else if (line.end.entries !== check.entries || line.end.checkpoints !== check.checkpoints) {
      throw new LedgerFault({ entry: check.head.seq + 1 }, 'it is missing at the end of the archive');
    }
  }
  check.finish();
  if (firstHash === undefined) throw new Error('The archive is empty.');
  return {
    month,
    before: before.entry,
    firstHash,
    last: check.head,
    entries: check.entries,
    checkpoints: check.checkpoints,
    digest: await fileDigest(file),
  };
}
