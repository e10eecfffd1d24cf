import { z } from 'zod';
import { LEDGER_HASHES, type LedgerHash } from './chain';
import type { Checkpoint } from './checkpoint';

const KIND = 'unified-child-record access ledger checkpoint';

const bytes = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/)
  .transform((text) => Buffer.from(text, 'hex'));
const count = z.int().positive();

/** A checkpoint as JSON: bytes are hexadecimal. */
export const checkpointJson = z.strictObject({
  number: count,
  firstSeq: count,
  lastSeq: count,
  at: z.iso.datetime(),
  root: bytes,
  lastHash: bytes,
  previous: bytes,
  algorithm: z.enum(['ES256', 'SM2-SM3']),
  keyId: z.string(),
  signature: bytes,
});

const exportedCheckpoint = z.strictObject({
  kind: z.literal(KIND),
  v: z.literal(1),
  hash: z.enum(LEDGER_HASHES),
  checkpoint: checkpointJson,
});

/**
 * A checkpoint for another agency to keep: with it, any truncation or rewriting of the ledger up to there can be
 * proved.
 */
export interface ExportedCheckpoint {
  readonly hash: LedgerHash;
  readonly checkpoint: Checkpoint;
}

export function exportCheckpoint({ hash, checkpoint }: ExportedCheckpoint): string {
  return `${JSON.stringify({ kind: KIND, v: 1, hash, checkpoint: checkpointToJson(checkpoint) }, null, 2)}\n`;
}

/** @throws for anything but an exported checkpoint. */
export function readExportedCheckpoint(text: string): ExportedCheckpoint {
  const parsed = exportedCheckpoint.safeParse(parseJson(text));
  if (!parsed.success) throw new Error('The file is not an exported checkpoint.');
  return parsed.data;
}

export function checkpointToJson(checkpoint: Checkpoint): z.input<typeof checkpointJson> {
  const { number, firstSeq, lastSeq, at, root, lastHash, previous, algorithm, keyId, signature } = checkpoint;
  return {
    number,
    firstSeq,
    lastSeq,
    at,
    root: root.toString('hex'),
    lastHash: lastHash.toString('hex'),
    previous: previous.toString('hex'),
    algorithm: algorithm as 'ES256',
    keyId,
    signature: signature.toString('hex'),
  };
}

/** @returns undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
