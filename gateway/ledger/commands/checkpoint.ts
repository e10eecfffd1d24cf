import { writeFile } from 'node:fs/promises';
import { pino } from 'pino';
import { requiredOption } from '../../../shared/cli/command-line';
import { systemClock } from '../../../shared/domain/clock';
import { ChainWriter } from '../chain-writer';
import { signatureFault } from '../checkpoint';
import { exportCheckpoint } from '../exported-checkpoint';
import { HeadKeeper } from '../head-keeper';
import { signer } from '../signing';
import { LedgerFault } from '../verify/ledger-fault';
import { type LedgerCommandInput, ledgerCommand } from './command';
import { FILES, knownKeys, ownKey, withDatabase, withLedger } from './inputs';

const USAGE = 'Usage: npm run ledger:checkpoint -- --out <file> [--key <file>]...';

/**
 * `npm run ledger:checkpoint`: signs the entries without a checkpoint, if the signing key is on this machine, and
 * writes the newest checkpoint to a file for another agency to keep.
 */
export const checkpoint = ledgerCommand(USAGE, { out: { type: 'string' }, key: FILES }, async (values, input) => {
  const file = requiredOption(USAGE, 'out', values.out);
  const keys = await knownKeys(input, values.key);
  await signUncovered(input);
  const { hash, found } = await withLedger(input, async (ledger) => ({
    hash: await ledger.hash(),
    found: await ledger.newestCheckpoint(),
  }));
  if (found === undefined) throw new Error('The ledger has no checkpoint yet.');
  const fault = signatureFault(hash, found, keys);
  if (fault !== undefined) throw new LedgerFault({ checkpoint: found.number }, fault);
  await writeFile(file, exportCheckpoint({ hash, checkpoint: found }));
  input.say(`Checkpoint ${found.number}, up to entry ${found.lastSeq}, signed with the key ${found.keyId}: ${file}`);
  return 0;
});

// Private:

async function signUncovered(input: LedgerCommandInput): Promise<void> {
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
