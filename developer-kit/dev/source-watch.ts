import { once } from 'node:events';
import { basename, extname } from 'node:path';
import { watch } from 'chokidar';

/**
 * Extensions of an agency's sources. Other files, such as documents, cases and editors' temporary files, do not restart
 * it.
 */
const EXTENSIONS: ReadonlySet<string> = new Set(['.ts', '.graphql', '.cedar', '.yaml', '.sql', '.json']);
const CASES = /\.(?:cases|writes)\.yaml$/;

/**
 * Milliseconds without a change after which earlier changes are reported together: an editor, or a change of branch,
 * writes several files.
 */
const QUIET_MILLISECONDS = 60;

export interface SourceWatch {
  close(): Promise<void>;
}

/**
 * Reports changed, new and removed source files below the folders, those of one save together. Resolves when it is
 * watching.
 */
export async function watchSources(
  folders: readonly string[],
  onChange: (paths: readonly string[]) => void,
): Promise<SourceWatch> {
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch([...folders], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !isSource(path),
  });
  watcher.on('all', (_event, path) => {
    if (!isSource(path)) return;
    pending.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = [...pending].sort();
      pending.clear();
      onChange(paths);
    }, QUIET_MILLISECONDS);
  });
  await once(watcher, 'ready');
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function isSource(path: string): boolean {
  return EXTENSIONS.has(extname(path)) && !CASES.test(basename(path)) && !basename(path).startsWith('.');
}
