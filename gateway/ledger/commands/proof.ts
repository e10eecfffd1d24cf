import { writeFile } from 'node:fs/promises';
import { requiredOption } from '../../../shared/cli/command-line';
import { type EntryProof, proofFault, proveEntry, writeProof } from '../proof';
import { LedgerFault } from '../verify/ledger-fault';
import type { LedgerReader } from '../verify/read-ledger';
import { ledgerCommand } from './command';
import { entryNumber, FILES, knownKeys, withLedger } from './inputs';

const USAGE = 'Usage: npm run ledger:proof -- --entry <number> --out <file> [--key <file>]...';

/** `npm run ledger:proof`: writes a file that proves to anyone that the ledger contains an entry. */
export const proof = ledgerCommand(
  USAGE,
  { entry: { type: 'string' }, out: { type: 'string' }, key: FILES },
  async (values, input) => {
    const seq = entryNumber(USAGE, 'entry', requiredOption(USAGE, 'entry', values.entry));
    const file = requiredOption(USAGE, 'out', values.out);
    const keys = await knownKeys(input, values.key);
    const made = await withLedger(input, (ledger) => proofOf(ledger, seq));
    const fault = proofFault(made, keys);
    if (fault !== undefined) throw new LedgerFault({ entry: seq }, fault);
    await writeFile(file, writeProof(made));
    input.say(`Entry ${seq} is covered by checkpoint ${made.checkpoint.number}: ${file}`);
    return 0;
  },
);

// Private:

async function proofOf(ledger: LedgerReader, seq: number): Promise<EntryProof> {
  const entry = await ledger.entry(seq);
  if (entry === undefined) throw new Error(`The ledger has no entry ${seq}, or it was archived.`);
  for await (const found of ledger.checkpoints(seq)) {
    if (found.firstSeq > seq) break;
    return proveEntry(await ledger.hash(), entry, found, found.leaves ?? []);
  }
  throw new Error(`No checkpoint covers entry ${seq} yet: try again later.`);
}
