import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isAgency } from '../../shared/domain/agencies';

const run = promisify(execFile);

/** The agencies' folders; temporary ones exist until `remove` is called. */
export interface AgencyFolders {
  /** Folder with one folder per agency. */
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Finds the agencies' folders in a directory, or extracts them from a branch or commit of this repository.
 *
 * @throws if there are none.
 */
export async function changedRules(from: string, project: string): Promise<AgencyFolders> {
  if (existsSync(from) && statSync(from).isDirectory()) {
    const folder = [join(resolve(from), 'subgraphs'), resolve(from)].find(holdsAgencies);
    if (folder === undefined)
      throw new Error(`The directory ${from} contains no agencies, neither in subgraphs/ nor directly.`);
    return { folder, remove: async () => undefined };
  }
  const directory = await mkdtemp(join(tmpdir(), 'changed-rules-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const archive = join(directory, 'agencies.tar');
    // git would take a name that begins with a dash for an option.
    if (from.startsWith('-')) throw new Error('Not a revision.');
    await run('git', ['-C', project, 'archive', '--format=tar', '-o', archive, from, 'subgraphs']);
    await run('tar', ['-xf', archive, '-C', directory]);
    return { folder: join(directory, 'subgraphs'), remove };
  } catch {
    await remove();
    throw new Error(`There is no directory ${from}, and no branch or commit of that name that contains subgraphs/.`);
  }
}

// Private:

function holdsAgencies(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some(isAgency);
}
