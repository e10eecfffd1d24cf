import { type ChainHead, genesis, type LedgerHash } from '../chain';
import { type Checkpoint, type CheckpointHead, checkpointHash, signatureFault } from '../checkpoint';
import { merkleRoot } from '../merkle';
import { checkpointHeadAfter, headAfter, type Resumption, resumptionFault } from '../resumption';
import type { SignatureVerifier } from '../signing';
import { checkEntry, type FoundEntry } from './entry-check';
import { LedgerFault } from './ledger-fault';

/** A checkpoint as found, with the hashes of its entries. */
export interface FoundCheckpoint extends Checkpoint {
  /** Undefined if the bytes are not a whole number of hashes. */
  readonly leaves: readonly Buffer[] | undefined;
}

export interface LedgerCheckOptions {
  readonly hash: LedgerHash;
  readonly keys: readonly SignatureVerifier[];
  /** The last entry before the first to verify. */
  readonly start: ChainHead;
  /** The last checkpoint before the first to verify; the chain's beginning by default. */
  readonly startCheckpoint?: CheckpointHead | undefined;
  /** The last entry to verify. */
  readonly through?: number | undefined;
  /** Checks a checkpoint by knowledge from outside the chain. @returns its fault, if any. */
  readonly witness?: ((found: FoundCheckpoint, hash: Buffer) => string | undefined) | undefined;
}

/**
 * Verifies a chain step by step: each checkpoint before the entries that it covers, then these entries. If both an
 * entry and its checkpoint are faulty, the error names the entry.
 */
export class LedgerCheck {
  private readonly options: LedgerCheckOptions;
  private last: ChainHead;
  private lastCheckpoint: CheckpointHead;
  private current: FoundCheckpoint | undefined;
  private currentFault: LedgerFault | undefined;
  private entryCount = 0;
  private checkpointCount = 0;

  constructor(options: LedgerCheckOptions) {
    this.options = options;
    this.last = options.start;
    this.lastCheckpoint = options.startCheckpoint ?? { number: 0, lastSeq: 0, hash: genesis(options.hash) };
  }

  /** The last entry so far. */
  get head(): ChainHead {
    return this.last;
  }

  /** The last checkpoint so far. */
  get checkpointHead(): CheckpointHead {
    return this.lastCheckpoint;
  }

  get entries(): number {
    return this.entryCount;
  }

  get checkpoints(): number {
    return this.checkpointCount;
  }

  /** @throws LedgerFault for the previous checkpoint, or for missing entries. */
  checkpoint(found: FoundCheckpoint): void {
    this.endCheckpoint();
    const hash = checkpointHash(this.options.hash, found);
    const fault = this.checkpointFault(found) ?? this.options.witness?.(found, hash);
    this.currentFault = fault === undefined ? undefined : new LedgerFault({ checkpoint: found.number }, fault);
    this.current = found;
    this.lastCheckpoint = { number: found.number, lastSeq: found.lastSeq, hash };
    this.checkpointCount += 1;
  }

  /** @throws LedgerFault */
  entry(found: FoundEntry): void {
    checkEntry(this.options.hash, this.last, found, this.leafOf(found.seq));
    this.last = { seq: found.seq, at: found.at, hash: found.hash };
    this.entryCount += 1;
  }

  /** Continues after a break. @throws LedgerFault if the break is not signed, or not at the chain's end. */
  resume(resumption: Resumption): void {
    this.endCheckpoint();
    const { hash, keys } = this.options;
    const { number, afterSeq, afterHash } = resumption;
    const fault =
      resumptionFault(hash, resumption, keys) ??
      (afterSeq === this.last.seq && afterHash.equals(this.last.hash) ? undefined : 'the chain did not end there');
    if (fault !== undefined) throw new LedgerFault({ entry: afterSeq }, `break ${number} after it: ${fault}`);
    this.current = undefined;
    this.last = headAfter(hash, resumption);
    this.lastCheckpoint = checkpointHeadAfter(hash, resumption);
  }

  /** @throws LedgerFault for the last checkpoint, or for missing entries. */
  finish(): void {
    this.endCheckpoint();
  }

  // Private:

  private leafOf(seq: number): Buffer | undefined {
    const { current } = this;
    // The hashes in an invalid checkpoint prove nothing.
    if (current === undefined || this.currentFault !== undefined) return undefined;
    return seq > current.lastSeq ? undefined : current.leaves?.[seq - current.firstSeq];
  }

  private endCheckpoint(): void {
    const { current, last } = this;
    const { start, through = Number.POSITIVE_INFINITY } = this.options;
    const reaches = Math.min(current?.lastSeq ?? 0, through);
    if (current !== undefined && reaches > start.seq && last.seq < reaches) {
      throw new LedgerFault({ entry: last.seq + 1 }, `it is missing, although checkpoint ${current.number} covers it`);
    }
    if (this.currentFault !== undefined) throw this.currentFault;
  }

  private checkpointFault(found: FoundCheckpoint): string | undefined {
    const { hash, keys } = this.options;
    const before = this.lastCheckpoint;
    const { leaves } = found;
    if (found.number !== before.number + 1) return `checkpoint ${before.number + 1} is missing before it`;
    const signature = signatureFault(hash, found, keys);
    if (signature !== undefined) return signature;
    if (!found.previous.equals(before.hash)) return `it does not contain the hash of checkpoint ${before.number}`;
    if (found.firstSeq !== before.lastSeq + 1) return `it does not begin after entry ${before.lastSeq}`;
    if (leaves?.length !== found.lastSeq - found.firstSeq + 1)
      return 'it does not have one hash for each of its entries';
    if (!merkleRoot(hash, leaves).equals(found.root))
      return 'the hashes of its entries differ from those that were signed';
    if (leaves.at(-1)?.equals(found.lastHash) !== true) return 'its last hash is not that of its last entry';
    return undefined;
  }
}
