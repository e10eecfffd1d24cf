import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { todayInChina } from '../../shared/dates';

/**
 * The day on which the data directory was first filled, ISO: today, where that is now. A fill that was interrupted before
 * midnight goes on after it as of the same day, so that the agencies' data stay coherent.
 */
export async function firstDay(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, 'first-day');
  const remembered = await readFile(file, 'utf8').catch(() => undefined);
  if (remembered !== undefined) return remembered.trim();
  const today = todayInChina();
  await writeFile(file, `${today}\n`);
  return today;
}
