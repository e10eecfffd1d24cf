import { once } from 'node:events';
import { basename, extname } from 'node:path';
import { watch } from 'chokidar';

/** What an agency is made of. Editors' own files, documents and cases of tests do not start it anew. */
const EXTENSIONS: ReadonlySet<string> = new Set(['.ts', '.graphql', '.cedar', '.yaml', '.sql', '.json']);
const CASES = /\.(?:cases|writes)\.yaml$/;

/** An editor, or a change of branch, writes several files; milliseconds of quiet after which they are taken as one change. */
const QUIET_MILLISECONDS = 60;

export interface SourceWatch {
  close(): Promise<void>;
}

/** Tells of changed, new and removed source files below the folders, several at once as one change. Watches once it is done. */
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
