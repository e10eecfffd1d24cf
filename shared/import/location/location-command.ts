import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { connect } from '../../db/connect';
import { AGENCIES, type Agency, isAgency } from '../../domain/agencies';
import { CHILD_ID } from '../../domain/child-id';
import { agencyMapping } from '../agency-mapping';
import { ImportRefused } from '../refused';
import { type OwnedDatabases, withOwner } from '../with-owner';
import { readLocationArguments } from './location-arguments';
import { locationRoster } from './location-roster';

/** Input of the command from its process. */
export interface LocationCommandInput extends OwnedDatabases {
  /** The command line after `--`. */
  readonly words: readonly string[];
  /** subgraphs/, with one folder per agency. */
  readonly agenciesFolder: string;
  readonly out: Pick<NodeJS.WriteStream, 'write'>;
  readonly log: Logger;
}

/**
 * `npm run location`: carries the protection of locations from the agencies that set it to the rosters of all, as
 * pseudonyms without any ground.
 *
 * @throws {ImportRefused} if it cannot be done; nothing has been written then.
 * @throws UsageError
 */
export async function locationCommand(input: LocationCommandInput): Promise<void> {
  const asked = readLocationArguments(input.words);
  if (!isAgency(asked.agency)) {
    throw new ImportRefused(`${asked.agency} is not an agency; those are ${AGENCIES.join(', ')}.`);
  }
  const { agency } = asked;
  const table = await rosterOf(agency, input.agenciesFolder);
  const lists = asked.work === 'apply' ? await Promise.all(asked.files.map(readList)) : [];
  await withOwner(input, agency, async (ownerUrl) => {
    const db = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
    const roster = locationRoster(db, table);
    try {
      if (asked.work === 'list') {
        for (const child of await roster.protectedHere(agency)) input.out.write(`${child}\n`);
      } else if (asked.work === 'apply') {
        const counts = await roster.apply(lists.flat());
        const { set, ended, unchanged, unknown } = counts;
        input.out.write(`${set} set, ${ended} ended, ${unchanged} unchanged; ${unknown} are not on this roster.\n`);
        input.log.info({ agency, ...counts }, 'locations applied');
      } else {
        const { isProtected, placeUnknown, children } = await roster.ratio();
        input.out.write(
          `${children} children: ${isProtected} protected, ${placeUnknown} in the county without a place.\n`,
        );
      }
    } finally {
      await db.destroy();
    }
  });
}

// Private:

/** The governance centre imports no files, and its roster has the usual name. */
async function rosterOf(agency: Agency, folder: string): Promise<string> {
  return existsSync(join(folder, agency, 'import.yaml')) ? (await agencyMapping(folder, agency)).roster : 'child';
}

/**
 * Reads pseudonyms, one a line, as `list` writes them.
 *
 * @throws {ImportRefused} with the line of the first fault, never with its content.
 */
async function readList(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ImportRefused(`The file ${path} cannot be read.`);
  });
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const fault = lines.findIndex((line) => !CHILD_ID.test(line));
  if (fault >= 0) throw new ImportRefused(`${path}:${fault + 1} is not the pseudonym of a child: nothing was changed.`);
  return lines;
}
