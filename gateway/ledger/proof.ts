import { z } from 'zod';
import { type ChainedEntry, entryHash, LEDGER_HASHES, type LedgerHash } from './chain';
import { type Checkpoint, checkpointHash, signatureFault } from './checkpoint';
import { checkpointJson, checkpointToJson, type ExportedCheckpoint, parseJson } from './exported-checkpoint';
import { inclusionPath, rootFromPath } from './merkle';
import type { SignatureVerifier } from './signing';

const KIND = 'unified-child-record access ledger proof';

const bytes = checkpointJson.shape.root;

const proofJson = z.strictObject({
  kind: z.literal(KIND),
  v: z.literal(1),
  hash: z.enum(LEDGER_HASHES),
  entry: z.strictObject({ seq: z.int().positive(), at: z.iso.datetime(), previous: bytes, body: z.string() }),
  path: z.array(bytes),
  checkpoint: checkpointJson,
});

/** Proof that an entry was in the ledger when a checkpoint was signed. */
export interface EntryProof {
  readonly hash: LedgerHash;
  readonly entry: Omit<ChainedEntry, 'hash'>;
  /** Inclusion path of its hash in the checkpoint's Merkle tree. */
  readonly path: readonly Buffer[];
  readonly checkpoint: Checkpoint;
}

/** @param leaves the hashes of the checkpoint's entries. */
export function proveEntry(
  hash: LedgerHash,
  entry: ChainedEntry,
  checkpoint: Checkpoint,
  leaves: readonly Buffer[],
): EntryProof {
  return { hash, entry, path: inclusionPath(hash, leaves, entry.seq - checkpoint.firstSeq), checkpoint };
}

/** @returns the fault of the proof in one line; undefined if it is valid. */
export function proofFault(
  { hash, entry, path, checkpoint }: EntryProof,
  keys: readonly SignatureVerifier[],
  exported?: ExportedCheckpoint,
): string | undefined {
  const { number, firstSeq, lastSeq, root } = checkpoint;
  const place = { index: entry.seq - firstSeq, size: lastSeq - firstSeq + 1 };
  const reached = rootFromPath(hash, entryHash(hash, entry.previous, entry), path, place);
  if (reached?.equals(root) !== true) return `entry ${entry.seq} is not among those of checkpoint ${number}`;
  const fault = signatureFault(hash, checkpoint, keys);
  if (fault !== undefined) return `checkpoint ${number}: ${fault}`;
  if (exported === undefined) return undefined;
  if (exported.checkpoint.number !== number) {
    return `the exported checkpoint is number ${exported.checkpoint.number}, but the proof is for number ${number}`;
  }
  const same = checkpointHash(exported.hash, exported.checkpoint).equals(checkpointHash(hash, checkpoint));
  return same ? undefined : `checkpoint ${number} differs from the exported one`;
}

export function writeProof({ hash, entry, path, checkpoint }: EntryProof): string {
  const { seq, at, previous, body } = entry;
  const proof: z.input<typeof proofJson> = {
    kind: KIND,
    v: 1,
    hash,
    entry: { seq, at, previous: previous.toString('hex'), body },
    path: path.map((step) => step.toString('hex')),
    checkpoint: checkpointToJson(checkpoint),
  };
  return `${JSON.stringify(proof, null, 2)}\n`;
}

/** @throws for anything but a proof. */
export function readProof(text: string): EntryProof {
  const parsed = proofJson.safeParse(parseJson(text));
  if (!parsed.success) throw new Error('The file is not a proof of an entry.');
  return parsed.data;
}
