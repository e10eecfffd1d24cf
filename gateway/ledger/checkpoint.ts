import { type ChainHead, digest, genesis, HASH_BYTES, type LedgerHash } from './chain';
import { merkleRoot } from './merkle';
import type { SignatureVerifier, Signer } from './signing';

/**
 * A signed statement about consecutive entries of the chain.
 *
 * @example { number: 7, firstSeq: 6001, lastSeq: 7000, at: '2026-05-17T01:30:00.000Z', root, lastHash, before, keyId,
 * signature }
 */
export interface Checkpoint {
  readonly number: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** Merkle root of its entries' hashes. */
  readonly root: Buffer;
  /** The hash of its last entry. */
  readonly lastHash: Buffer;
  /** Hash of the previous checkpoint; of the chain's beginning for the first. */
  readonly previous: Buffer;
  readonly algorithm: string;
  readonly keyId: string;
  readonly signature: Buffer;
}

/** The end of the chain of checkpoints. */
export interface CheckpointHead {
  /** 0 before the first. */
  readonly number: number;
  readonly lastSeq: number;
  readonly hash: Buffer;
}

type Statement = Omit<Checkpoint, 'signature'>;

/** The signed text: all parts in a fixed order. */
export function checkpointText(hash: LedgerHash, checkpoint: Statement): string {
  return [
    'unified-child-record access ledger checkpoint v1',
    `hash ${hash}`,
    `number ${checkpoint.number}`,
    `entries ${checkpoint.firstSeq} ${checkpoint.lastSeq}`,
    `at ${checkpoint.at}`,
    `root ${checkpoint.root.toString('hex')}`,
    `last ${checkpoint.lastHash.toString('hex')}`,
    `previous ${checkpoint.previous.toString('hex')}`,
    `signed ${checkpoint.algorithm} ${checkpoint.keyId}`,
    '',
  ].join('\n');
}

/** Hashes the text without the signature: the key's holder can make many signatures of one text. */
export function checkpointHash(hash: LedgerHash, checkpoint: Statement): Buffer {
  return digest(hash, checkpointText(hash, checkpoint));
}

export function headOfCheckpoint(hash: LedgerHash, checkpoint: Checkpoint): CheckpointHead & { readonly at: string } {
  const { number, lastSeq, at } = checkpoint;
  return { number, lastSeq, at, hash: checkpointHash(hash, checkpoint) };
}

export interface SignCheckpointOptions {
  readonly hash: LedgerHash;
  readonly signer: Signer;
  readonly before: CheckpointHead | undefined;
  readonly lastSeq: number;
  /** The hashes of all entries after the checkpoint before, at least one. */
  readonly leaves: readonly Buffer[];
  readonly at: string;
}

export function signCheckpoint({ hash, signer, before, lastSeq, leaves, at }: SignCheckpointOptions): Checkpoint {
  const statement = {
    number: (before?.number ?? 0) + 1,
    firstSeq: (before?.lastSeq ?? 0) + 1,
    lastSeq,
    at,
    root: merkleRoot(hash, leaves),
    lastHash: leaves[leaves.length - 1] ?? genesis(hash),
    previous: before?.hash ?? genesis(hash),
    algorithm: signer.algorithm,
    keyId: signer.keyId,
  };
  return { ...statement, signature: signer.sign(checkpointText(hash, statement)) };
}

/** @returns the fault of its signature; undefined if a known key has signed it. */
export function signatureFault(
  hash: LedgerHash,
  checkpoint: Checkpoint,
  keys: readonly SignatureVerifier[],
): string | undefined {
  const key = keys.find(({ keyId }) => keyId === checkpoint.keyId);
  if (key === undefined || key.algorithm !== checkpoint.algorithm) return 'it is signed with an unknown key';
  return key.verify(checkpointText(hash, checkpoint), checkpoint.signature) ? undefined : 'its signature is not valid';
}

/** @returns undefined if the bytes are not a whole number of hashes. */
export function splitLeaves(leaves: Buffer): readonly Buffer[] | undefined {
  if (leaves.length % HASH_BYTES !== 0) return undefined;
  return Array.from({ length: leaves.length / HASH_BYTES }, (_, index) =>
    leaves.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}

/** Number of entries at the end of the chain without a checkpoint. */
export function uncovered(head: ChainHead, newest: Pick<CheckpointHead, 'lastSeq'> | undefined): number {
  return head.seq - (newest?.lastSeq ?? 0);
}
