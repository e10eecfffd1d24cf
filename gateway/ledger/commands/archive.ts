import { mkdir } from 'node:fs/promises';
import { requiredOption } from '../../../shared/cli/command-line';
import { archiveMonth } from '../archive/archive-month';
import { ledgerCommand } from './command';
import { FILES, knownKeys, withDatabase } from './inputs';

const USAGE = 'Usage: npm run ledger:archive -- --month <YYYY-MM> --out <directory> [--key <file>]...';

/** `npm run ledger:archive`: moves the entries of a month that is past retention to a file. */
export const archive = ledgerCommand(
  USAGE,
  { month: { type: 'string' }, out: { type: 'string' }, key: FILES },
  async (values, input) => {
    const month = requiredOption(USAGE, 'month', values.month);
    const directory = requiredOption(USAGE, 'out', values.out);
    const keys = await knownKeys(input, values.key);
    await mkdir(directory, { recursive: true });
    const archived = await withDatabase(input, ({ ownerUrl }) => {
      if (ownerUrl === undefined)
        throw new Error('LEDGER_DATABASE_URL is not set: only the owner of the ledger can archive.');
      const { retentionYears } = input.config;
      return archiveMonth({ ownerUrl, month, directory, retentionYears, keys, now: input.now });
    });
    input.say(`Archived ${month}, ${archived.entries} entries up to ${archived.last.seq}: ${archived.file}`);
    return 0;
  },
);
