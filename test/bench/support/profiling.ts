import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Options of node for a CPU profile in the directory at exit; none without a directory. */
export async function profiling(
  directory: string | undefined,
  say: (text: string) => void,
): Promise<readonly string[]> {
  if (directory === undefined) return [];
  const path = resolve(directory);
  await mkdir(path, { recursive: true });
  say(`CPU profiles are written to ${path}; they make what is measured slower.`);
  return ['--cpu-prof', '--cpu-prof-dir', path];
}
