import { digest, type LedgerHash } from './chain';

/** Merkle trees of RFC 9162 section 2.1, over either hash: the first byte distinguishes leaves from inner nodes. */
const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

const leafHash = (hash: LedgerHash, leaf: Buffer): Buffer => digest(hash, LEAF, leaf);
const nodeHash = (hash: LedgerHash, left: Buffer, right: Buffer): Buffer => digest(hash, NODE, left, right);

/** The Merkle Tree Hash of section 2.1.1. */
export function merkleRoot(hash: LedgerHash, leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return digest(hash);
  if (leaves.length === 1) return leafHash(hash, only);
  const split = largestPowerBelow(leaves.length);
  return nodeHash(hash, merkleRoot(hash, leaves.slice(0, split)), merkleRoot(hash, leaves.slice(split)));
}

/** The inclusion path of section 2.1.3.1: the hashes that, with one leaf, give the root, from bottom to top. */
export function inclusionPath(hash: LedgerHash, leaves: readonly Buffer[], index: number): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const split = largestPowerBelow(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionPath(hash, left, index), merkleRoot(hash, right)]
    : [...inclusionPath(hash, right, index - split), merkleRoot(hash, left)];
}

/**
 * The root computed from a leaf and its path, by section 2.1.3.2.
 *
 * @returns undefined if they do not fit a tree of this size.
 */
export function rootFromPath(
  hash: LedgerHash,
  leaf: Buffer,
  path: readonly Buffer[],
  { index, size }: { readonly index: number; readonly size: number },
): Buffer | undefined {
  if (index < 0 || index >= size) return undefined;
  let [node, last] = [index, size - 1];
  let root = leafHash(hash, leaf);
  for (const step of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(hash, step, root);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      root = nodeHash(hash, root, step);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : undefined;
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}
