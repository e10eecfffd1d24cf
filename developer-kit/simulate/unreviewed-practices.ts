import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';

/** A file of practices for synthetic districts that are asked about in emergencies again and again, which nobody reviews. @returns its path. */
export async function unreviewedPractices(directory: string): Promise<string> {
  const file = join(directory, 'practices.yaml');
  const practices = await readFile(join(PROJECT, 'subgraphs/governance-center/practice/practices.yaml'), 'utf8');
  await writeFile(file, practices.replaceAll('unreviewed: 2', 'unreviewed: 999'));
  return file;
}
