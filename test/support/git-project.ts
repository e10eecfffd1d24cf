import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small project in a git repository of its own. */
export interface GitProject {
  readonly root: string;
  /** @returns what git prints. */
  git(...given: readonly string[]): string;
  write(path: string, text: string): void;
  /** Commits everything. @returns the commit. */
  commit(message: string): string;
  remove(): void;
}

/** @param from a folder to clone; an empty repository on branch main if none is given. @param options of `git clone`. */
export function gitProject(from?: string, ...options: readonly string[]): GitProject {
  const root = mkdtempSync(join(tmpdir(), 'project-'));
  const git = (...given: readonly string[]) => {
    const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
    const { status, stdout, stderr } = spawnSync('git', [...author, ...given], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  if (from === undefined) git('init', '--quiet', '--initial-branch', 'main');
  else git('clone', '--quiet', ...options, `file://${from}`, '.');
  return {
    root,
    git,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    commit(message) {
      git('add', '.');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
