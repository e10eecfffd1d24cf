import { join } from 'node:path';
import { requiredOption, UsageError } from '../../../shared/cli/command-line';
import { EMBEDDED_HEAD_FILE, readHead, writeHead } from '../head-file';
import { resumeChain } from '../resume-chain';
import { resumptionInWords } from '../resumption';
import { signer } from '../signing';
import { type LedgerCommandInput, ledgerCommand } from './command';
import { FILES, ownKey, withDatabase } from './inputs';

const USAGE = 'Usage: npm run ledger:resume-after-restore -- --ordered-by <role> [--head <file>]...';

/** `npm run ledger:resume-after-restore`: signs a record of the entries that a restore lost, so that the chain continues after them. */
export const resume = ledgerCommand(USAGE, { 'ordered-by': { type: 'string' }, head: FILES }, async (values, input) => {
  const orderedBy = orderedByRole(requiredOption(USAGE, 'ordered-by', values['ordered-by']));
  const key = await ownKey(input);
  if (key === undefined) throw new Error('LEDGER_SIGNING_KEY is not set: the record of a break must be signed.');
  const files = values.head.length > 0 ? values.head : ownFile(input);
  const known = (await Promise.all(files.map(readHead))).filter((head) => head !== undefined);
  if (known.length === 0) throw new Error('No file with the end of the ledger was found: name one with --head FILE.');
  const { resumption, head } = await withDatabase(input, ({ ownerUrl }) => {
    if (ownerUrl === undefined)
      throw new Error('LEDGER_DATABASE_URL is not set: only the owner of the ledger can resume it.');
    return resumeChain({ ownerUrl, signer: signer(key), known, orderedBy });
  });
  for (const file of files) await writeHead(file, head);
  input.say(`Signed ${resumptionInWords(resumption)}. The next entry is ${head.entry.seq + 1}.`);
  return 0;
});

// Private:

function ownFile({ config, dataDirectory }: LedgerCommandInput): readonly string[] {
  const { headFile } = config.settings;
  if (headFile !== undefined) return [headFile];
  return config.database === undefined ? [join(dataDirectory, EMBEDDED_HEAD_FILE)] : [];
}

/**
 * Must be a role, without names of people or numbers: it is kept for ever and shown to everyone who verifies the
 * ledger.
 */
function orderedByRole(text: string): string {
  if (/^[\p{L} ()-]{2,60}$/u.test(text)) return text;
  throw new UsageError(
    '--ordered-by must be a role such as "head of operations": 2 to 60 letters, spaces, hyphens or parentheses.',
    USAGE,
  );
}
