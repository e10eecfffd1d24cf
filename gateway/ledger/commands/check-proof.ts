import { parseArgs } from 'node:util';
import { proofFault, readProof } from '../proof';
import { signatureVerifier } from '../signing';
import type { Command } from './command';
import { exportedIn, readText, required } from './inputs';

/** `npm run ledger:check-proof`: by the file and the public key alone. */
export const checkProof: Command = async ({ options, say }) => {
  const { values } = parseArgs({
    args: [...options],
    options: { proof: { type: 'string' }, key: { type: 'string', multiple: true }, checkpoint: { type: 'string' } },
  });
  const proof = readProof(await readText(required(values.proof, 'proof')));
  required(values.key?.[0], 'key');
  const keys = await Promise.all((values.key ?? []).map(async (file) => signatureVerifier(await readText(file))));
  const exported = await exportedIn(values.checkpoint);
  const fault = proofFault(proof, keys, exported);
  const { entry, checkpoint } = proof;
  say(
    fault === undefined
      ? `Proved: entry ${entry.seq} of ${entry.at} stood in the ledger when checkpoint ${checkpoint.number} was signed, at ${checkpoint.at}.`
      : `NOT PROVED: ${fault}.`,
  );
  return fault === undefined ? 0 : 1;
};
