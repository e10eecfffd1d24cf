import { type ChainHead, digest, type LedgerHash } from './chain';
import type { CheckpointHead } from './checkpoint';
import type { SignatureVerifier } from './signing';

/**
 * A signed statement that the chain continues although its end was lost or was in the future. It names the missing
 * entries and who ordered the resumption. The next entry and the next checkpoint contain its hash as the previous one.
 *
 * @example { number: 1, afterSeq: 500, lostSeq: 512, orderedBy: 'head of operations', at: '2026-05-17T01:30:00.000Z', …
 *   }
 */
export interface Resumption {
  readonly number: number;
  /** The last remaining entry. */
  readonly afterSeq: number;
  readonly afterHash: Buffer;
  /** The last known entry; it and all entries after `afterSeq` are lost. Equal to `afterSeq` if none is lost. */
  readonly lostSeq: number;
  readonly lostHash: Buffer;
  /** Number of the last known checkpoint, after which numbering continues. */
  readonly checkpoint: number;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** Role of the person who ordered it. */
  readonly orderedBy: string;
  readonly algorithm: string;
  readonly keyId: string;
  readonly signature: Buffer;
}

/** The signed text. */
export function resumptionText(hash: LedgerHash, resumption: Omit<Resumption, 'signature'>): string {
  const { number, afterSeq, afterHash, lostSeq, lostHash, checkpoint, at, orderedBy, algorithm, keyId } = resumption;
  return [
    'unified-child-record access ledger resumption v1',
    `hash ${hash}`,
    `number ${number}`,
    `after ${afterSeq} ${afterHash.toString('hex')}`,
    `lost ${lostSeq} ${lostHash.toString('hex')}`,
    `checkpoint ${checkpoint}`,
    `at ${at}`,
    `ordered ${JSON.stringify(orderedBy)}`,
    `signed ${algorithm} ${keyId}`,
    '',
  ].join('\n');
}

/** The chain's end after it. */
export function headAfter(hash: LedgerHash, resumption: Resumption): ChainHead {
  const { lostSeq: seq, at } = resumption;
  return { seq, at, hash: digest(hash, resumptionText(hash, resumption)) };
}

/** The end of the chain of checkpoints after it. */
export function checkpointHeadAfter(
  hash: LedgerHash,
  resumption: Resumption,
): CheckpointHead & { readonly at: string } {
  const { seq: lastSeq, ...head } = headAfter(hash, resumption);
  return { number: resumption.checkpoint, lastSeq, ...head };
}

/** @returns the fault of its signature; undefined if a known key has signed it. */
export function resumptionFault(
  hash: LedgerHash,
  resumption: Resumption,
  keys: readonly SignatureVerifier[],
): string | undefined {
  const key = keys.find(({ keyId, algorithm }) => keyId === resumption.keyId && algorithm === resumption.algorithm);
  if (key === undefined) return 'it is signed with an unknown key';
  return key.verify(resumptionText(hash, resumption), resumption.signature) ? undefined : 'its signature is not valid';
}

/** Describes the lost entries, the time, and who ordered the continuation. */
export function resumptionInWords({ number, afterSeq, lostSeq, at, orderedBy }: Resumption): string {
  const what =
    lostSeq > afterSeq
      ? `entries ${afterSeq + 1} to ${lostSeq} are lost`
      : `entry ${afterSeq} had a time in the future, and no entry is lost`;
  return `break ${number}: ${what}; resumed at ${at} by order of ${orderedBy}`;
}

export interface ResumptionRow {
  readonly number: string;
  readonly after_seq: string;
  readonly after_hash: Buffer;
  readonly lost_seq: string;
  readonly lost_hash: Buffer;
  readonly checkpoint: string;
  readonly at: Date;
  readonly ordered_by: string;
  readonly algorithm: string;
  readonly key_id: string;
  readonly signature: Buffer;
}

export function resumptionOf(row: ResumptionRow): Resumption {
  return {
    number: Number(row.number),
    afterSeq: Number(row.after_seq),
    afterHash: row.after_hash,
    lostSeq: Number(row.lost_seq),
    lostHash: row.lost_hash,
    checkpoint: Number(row.checkpoint),
    at: row.at.toISOString(),
    orderedBy: row.ordered_by,
    algorithm: row.algorithm,
    keyId: row.key_id,
    signature: row.signature,
  };
}
