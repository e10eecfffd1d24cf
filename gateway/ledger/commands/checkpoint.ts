import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { systemClock } from '../../../shared/domain/clock';
import { ChainWriter } from '../chain-writer';
import { signatureFault } from '../checkpoint';
import { exportCheckpoint } from '../exported-checkpoint';
import { HeadKeeper } from '../head-keeper';
import { signer } from '../signing';
import { LedgerFault } from '../verify/ledger-fault';
import { type Command, type LedgerCommandInput, tellingFaults } from './command';
import { knownKeys, ownKey, required, withDatabase, withLedger } from './inputs';

/**
 * `npm run ledger:checkpoint`: signs what has no checkpoint yet, where the key is here, and writes the newest checkpoint to a
 * file that another agency keeps.
 */
export const checkpoint: Command = (input) =>
  tellingFaults(input.say, async () => {
    const { values } = parseArgs({
      args: [...input.options],
      options: { out: { type: 'string' }, key: { type: 'string', multiple: true, default: [] as string[] } },
    });
    const file = required(values.out, 'out');
    const keys = await knownKeys(input, values.key);
    await signWhatIsLeft(input);
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

// Private:

async function signWhatIsLeft(input: LedgerCommandInput): Promise<void> {
  const key = await ownKey(input);
  const onlyAudits = input.config.database === undefined && input.config.auditorUrl !== undefined;
  if (key === undefined || onlyAudits) return;
  await withDatabase(input, async ({ writerUrl }) => {
    const { checkpointEntries, checkpointSeconds, headFile } = input.config.settings;
    const log = pino({ level: 'silent' });
    const hash = await withLedger(input, (ledger) => ledger.hash());
    const writer = new ChainWriter({
      url: writerUrl,
      hash,
      signer: signer(key),
      checkpointEntries,
      checkpointSeconds,
      patience: { connecting: 10_000, answer: 60_000 },
      clock: systemClock,
      heads: new HeadKeeper(headFile, log),
      log,
      onLost: () => undefined,
    });
    try {
      await writer.write([], true);
    } finally {
      await writer.close();
    }
  });
}
