import { execFile } from 'node:child_process';
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from '../../shared/config/project-root';

const FOLDERS = ['gateway', 'shared', 'subgraphs'];
const DIST = join(PROJECT, 'dist');

/** Files that only tests read. */
const TESTS = /subgraphs\/[^/]+\/test(?:\/|$)/;

/**
 * Compiles the product to `dist/`, beside what it reads at run time: schemas, rules, migrations. An earlier `dist/` stays
 * until the new one is complete. Types are not checked: `npm run typecheck` does that.
 *
 * @throws what the compiler says.
 */
export async function build(): Promise<void> {
  const partial = `${DIST}.${process.pid}.partial`;
  try {
    const compiler = join(PROJECT, 'node_modules/typescript/bin/tsc');
    const words = [compiler, '-p', 'tsconfig.build.json', '--outDir', partial];
    await promisify(execFile)(process.execPath, words, { cwd: PROJECT }).catch(({ stdout }: { stdout: string }) => {
      throw new Error(stdout);
    });
    for (const folder of FOLDERS) {
      await cp(join(PROJECT, folder), join(partial, folder), {
        recursive: true,
        filter: (source) => !source.endsWith('.ts') && !TESTS.test(source),
      });
    }
    await rm(DIST, { recursive: true, force: true });
    await rename(partial, DIST);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
