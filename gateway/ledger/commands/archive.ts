import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { archiveMonth } from '../archive/archive-month';
import { type Command, tellingFaults } from './command';
import { knownKeys, required, withDatabase } from './inputs';

/** `npm run ledger:archive`: moves the entries of an old month to a file. */
export const archive: Command = (input) =>
  tellingFaults(input.say, async () => {
    const { values } = parseArgs({
      args: [...input.options],
      options: {
        month: { type: 'string' },
        out: { type: 'string' },
        key: { type: 'string', multiple: true, default: [] as string[] },
      },
    });
    const month = required(values.month, 'month');
    const directory = required(values.out, 'out');
    const keys = await knownKeys(input, values.key);
    await mkdir(directory, { recursive: true });
    const archived = await withDatabase(input, ({ ownerUrl }) => {
      if (ownerUrl === undefined) throw new Error('LEDGER_DATABASE_URL is not set: only the owner archives.');
      const { retentionYears } = input.config;
      return archiveMonth({ ownerUrl, month, directory, retentionYears, keys, now: input.now });
    });
    input.say(`Archived ${month}, ${archived.entries} entries up to ${archived.last.seq}: ${archived.file}`);
  });
