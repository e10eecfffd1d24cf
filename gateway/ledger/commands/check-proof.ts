import { requiredOption } from '../../../shared/cli/command-line';
import { proofFault, readProof } from '../proof';
import { ledgerCommand } from './command';
import { exportedIn, FILES, publicKeys, readText } from './inputs';

const USAGE = 'Usage: npm run ledger:check-proof -- --proof <file> --key <file>... [--checkpoint <file>]';

/** `npm run ledger:check-proof`: checks a proof by its file and the public key alone, without a ledger. */
export const checkProof = ledgerCommand(
  USAGE,
  { proof: { type: 'string' }, key: FILES, checkpoint: { type: 'string' } },
  async (values, { say }) => {
    const proof = readProof(await readText(requiredOption(USAGE, 'proof', values.proof)));
    requiredOption(USAGE, 'key', values.key[0]);
    const keys = await publicKeys(values.key);
    const exported = await exportedIn(values.checkpoint);
    const fault = proofFault(proof, keys, exported);
    const { entry, checkpoint } = proof;
    say(
      fault === undefined
        ? `Proved: entry ${entry.seq} of ${entry.at} was in the ledger when checkpoint ${checkpoint.number} was signed, at ${checkpoint.at}.`
        : `NOT PROVED: ${fault}.`,
    );
    return fault === undefined ? 0 : 1;
  },
);
