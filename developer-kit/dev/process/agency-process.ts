import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { PROJECT } from '../../../shared/config/project-root';
import type { Agency } from '../../../shared/domain/agencies';

/** The result of starting a process. */
export type Start =
  | { readonly outcome: 'READY'; readonly milliseconds: number }
  /** With its standard error output. */
  | { readonly outcome: 'FAILED'; readonly words: string }
  /** It was stopped before it was ready. */
  | { readonly outcome: 'GIVEN_UP' };

export interface AgencyProcess {
  readonly pid: number | undefined;
  readonly started: Promise<Start>;
  /** Resolves when the process has ended; `unasked` if `stop` was not called. */
  readonly ended: Promise<{ readonly unasked: boolean }>;
  /** Lets it finish requests in progress for up to two seconds, then kills it. */
  stop(): Promise<void>;
}

const WITH_PARENT = pathToFileURL(join(__dirname, 'with-parent.ts')).href;
const STOP_MILLISECONDS = 2_000;

/** Runs `npm run serve:subgraph`. The process never outlives this one, not even after kill -9. */
export function startAgencyProcess(
  agency: Agency,
  env: NodeJS.ProcessEnv,
  write: (text: string) => void,
): AgencyProcess {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      '--import',
      'tsx',
      '--import',
      WITH_PARENT,
      'subgraphs/main.ts',
      agency,
      String(process.pid),
    ],
    // In a process group of its own, which Ctrl-C in the terminal does not reach: requests in progress still need the
    // agency.
    { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let stopping = false;
  let ready = false;
  let words = '';
  const ended = once(child, 'close').then(
    () => ({ unasked: !stopping }),
    (error: Error) => {
      words ||= error.message;
      return { unasked: !stopping };
    },
  );
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (ready) write(text);
    else words += text;
  });
  const lines = createInterface({ input: child.stdout });
  const started = new Promise<Start>((resolve) => {
    lines.on('line', (line) => {
      if (line.startsWith(`ready: ${agency} `)) {
        ready = true;
        if (words !== '') write(words);
        resolve({ outcome: 'READY', milliseconds: Math.round(performance.now() - startedAt) });
      } else if (!OWN_WORDS.test(line)) write(`${line}\n`);
    });
    void ended.then(() => resolve(stopping ? { outcome: 'GIVEN_UP' } : { outcome: 'FAILED', words }));
  });
  return {
    pid: child.pid,
    started,
    ended,
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
      await ended;
      clearTimeout(killing);
    },
  };
}

/** Its output when it is stopped, which is not shown. */
const OWN_WORDS = /^(?:stopping: |stopped$)/;
