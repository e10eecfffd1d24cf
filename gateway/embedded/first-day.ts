import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { todayInChina } from '../../shared/domain/dates';

/**
 * The day as of which the data directory is filled, ISO: `asked`, or the day on which that began. A fill that was
 * interrupted before midnight goes on after it as of the same day, so that the agencies' data stay coherent.
 */
export async function firstDay(dataDirectory: string, asked: string | undefined): Promise<string> {
  const file = join(dataDirectory, 'first-day');
  const remembered = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (remembered !== undefined) return asked ?? remembered.trim();
  const day = asked ?? todayInChina();
  // Whole or not at all: a kill between the two steps leaves no file.
  await writeFile(`${file}.new`, `${day}\n`);
  await rename(`${file}.new`, file);
  return day;
}
