import type { Checkpoint } from './checkpoint';

/** The columns of a checkpoint, except for its leaves. */
export const CHECKPOINT_COLUMNS =
  'number, first_seq, last_seq, at, root, last_hash, previous, algorithm, key_id, signature';

export interface CheckpointRow {
  readonly number: string;
  readonly first_seq: string;
  readonly last_seq: string;
  readonly at: Date;
  readonly root: Buffer;
  readonly last_hash: Buffer;
  readonly previous: Buffer;
  readonly algorithm: string;
  readonly key_id: string;
  readonly signature: Buffer;
}

export function checkpointOf(row: CheckpointRow): Checkpoint {
  return {
    number: Number(row.number),
    firstSeq: Number(row.first_seq),
    lastSeq: Number(row.last_seq),
    at: row.at.toISOString(),
    root: row.root,
    lastHash: row.last_hash,
    previous: row.previous,
    algorithm: row.algorithm,
    keyId: row.key_id,
    signature: row.signature,
  };
}
