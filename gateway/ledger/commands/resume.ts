import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EMBEDDED_HEAD_FILE, readHead, writeHead } from '../head-file';
import { resumeChain } from '../resume-chain';
import { resumptionInWords } from '../resumption';
import { signer } from '../signing';
import type { Command } from './command';
import { ownKey, required, withDatabase } from './inputs';

/** `npm run ledger:resume-after-restore`: signs what is lost, so that the chain goes on after it. */
export const resume: Command = async (input) => {
  const { values } = parseArgs({
    args: [...input.options],
    options: { 'ordered-by': { type: 'string' }, head: { type: 'string', multiple: true, default: [] as string[] } },
  });
  const orderedBy = orderedByRole(required(values['ordered-by'], 'ordered-by'));
  const key = await ownKey(input);
  if (key === undefined) throw new Error('LEDGER_SIGNING_KEY is not set: a break is signed.');
  const files = values.head.length > 0 ? values.head : ownFile(input);
  const known = (await Promise.all(files.map(readHead))).filter((head) => head !== undefined);
  if (known.length === 0) throw new Error('No file says where the ledger ended: name them with --head FILE.');
  const { resumption, head } = await withDatabase(input, ({ ownerUrl }) => {
    if (ownerUrl === undefined) throw new Error('LEDGER_DATABASE_URL is not set: only the owner resumes.');
    return resumeChain({ ownerUrl, signer: signer(key), known, orderedBy });
  });
  for (const file of files) await writeHead(file, head);
  input.say(`Signed ${resumptionInWords(resumption)}. The next entry is ${head.entry.seq + 1}.`);
  return 0;
};

// Private:

function ownFile({ config, dataDirectory }: Parameters<Command>[0]): readonly string[] {
  const { headFile } = config.settings;
  if (headFile !== undefined) return [headFile];
  return config.database === undefined ? [join(dataDirectory, EMBEDDED_HEAD_FILE)] : [];
}

/** It is kept for ever, and shown to everybody who verifies: no name of a person belongs there, and no number. */
function orderedByRole(text: string): string {
  if (/^[\p{L} ()-]{2,60}$/u.test(text)) return text;
  throw new Error('--ordered-by is a role, such as "head of operations": letters and spaces, 60 at most.');
}
