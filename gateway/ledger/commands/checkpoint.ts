import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { signatureFault } from '../checkpoint';
import { exportCheckpoint } from '../exported-checkpoint';
import { LedgerFault } from '../verify/ledger-fault';
import { type Command, tellingFaults } from './command';
import { knownKeys, required, withLedger } from './inputs';

/** `npm run ledger:checkpoint`: writes the newest checkpoint to a file that another agency keeps. */
export const checkpoint: Command = (input) =>
  tellingFaults(input.say, async () => {
    const { values } = parseArgs({
      args: [...input.options],
      options: { out: { type: 'string' }, key: { type: 'string', multiple: true, default: [] as string[] } },
    });
    const file = required(values.out, 'out');
    const keys = await knownKeys(input, values.key);
    const { hash, found } = await withLedger(input, async (ledger) => ({
      hash: await ledger.hash(),
      found: await ledger.newestCheckpoint(),
    }));
    if (found === undefined) throw new Error('The ledger has no checkpoint yet.');
    const fault = signatureFault(hash, found, keys);
    if (fault !== undefined) throw new LedgerFault({ checkpoint: found.number }, fault);
    await writeFile(file, exportCheckpoint({ hash, checkpoint: found }));
    input.say(`Checkpoint ${found.number}, up to entry ${found.lastSeq}, signed with the key ${found.keyId}: ${file}`);
  });
