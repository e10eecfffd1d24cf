import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type EntryProof, proofFault, proveEntry, writeProof } from '../proof';
import { LedgerFault } from '../verify/ledger-fault';
import type { LedgerReader } from '../verify/read-ledger';
import { type Command, tellingFaults } from './command';
import { knownKeys, required, seqOption, withLedger } from './inputs';

/** `npm run ledger:proof`: writes to a file what proves to anybody that an entry stands in the ledger. */
export const proof: Command = (input) =>
  tellingFaults(input.say, async () => {
    const { values } = parseArgs({
      args: [...input.options],
      options: {
        entry: { type: 'string' },
        out: { type: 'string' },
        key: { type: 'string', multiple: true, default: [] as string[] },
      },
    });
    const seq = seqOption(required(values.entry, 'entry'), 'entry') ?? 0;
    const file = required(values.out, 'out');
    const keys = await knownKeys(input, values.key);
    const made = await withLedger(input, (ledger) => proofOf(ledger, seq));
    const fault = proofFault(made, keys);
    if (fault !== undefined) throw new LedgerFault({ entry: seq }, fault);
    await writeFile(file, writeProof(made));
    input.say(`Entry ${seq} stands under checkpoint ${made.checkpoint.number}: ${file}`);
  });

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
