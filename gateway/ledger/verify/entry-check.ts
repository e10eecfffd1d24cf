import type { RecordedEntry } from '../../../shared/protocol/ledger-entry';
import { type ChainedEntry, type ChainHead, entryHash, type LedgerHash } from '../chain';
import { columnsOf, type EntryColumns, entryFault } from '../entry';
import { LedgerFault } from './ledger-fault';

/** An entry as found. */
export interface FoundEntry extends ChainedEntry {
  /** Search columns; undefined in an archive, which contains only the body that they are copied from. */
  readonly columns?: EntryColumns;
}

/**
 * Verifies one entry against the one before it and its checkpoint.
 *
 * @param before the previous entry, or the chain's beginning.
 * @param leaf its hash according to a checkpoint, if one covers it.
 * @throws LedgerFault
 */
export function checkEntry(hash: LedgerHash, before: ChainHead, found: FoundEntry, leaf: Buffer | undefined): void {
  const { seq } = found;
  if (seq > before.seq + 1) throw new LedgerFault({ entry: before.seq + 1 }, 'it is missing');
  if (seq <= before.seq) throw new LedgerFault({ entry: seq }, 'its number occurs more than once');
  const fault =
    linkFault(hash, before, found) ??
    (leaf !== undefined && !leaf.equals(found.hash) ? 'it differs from the one in its signed checkpoint' : undefined) ??
    (found.at < before.at ? 'it is older than the one before it' : undefined) ??
    bodyFault(found);
  if (fault !== undefined) throw new LedgerFault({ entry: seq }, fault);
}

// Private:

function linkFault(hash: LedgerHash, before: ChainHead, found: FoundEntry): string | undefined {
  if (!entryHash(hash, found.previous, found).equals(found.hash))
    return 'its text, time or number was changed after it was hashed';
  if (!found.previous.equals(before.hash)) return `it does not contain the hash of entry ${before.seq}`;
  return undefined;
}

function bodyFault({ body, columns }: FoundEntry): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return 'its text is not JSON';
  }
  const fault = entryFault(parsed);
  if (fault !== undefined) return `its text is not a valid entry (${fault})`;
  const column = columns && differing(columnsOf(parsed as RecordedEntry), columns);
  return column && `its column ${column} differs from its text`;
}

function differing(expected: EntryColumns, found: EntryColumns): string | undefined {
  return (Object.keys(expected) as (keyof EntryColumns)[]).find((column) => !same(expected[column], found[column]));
}

function same(one: EntryColumns[keyof EntryColumns], other: EntryColumns[keyof EntryColumns]): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
