import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { PROJECT } from '../../../shared/config/project-root';
import type { Agency } from '../../../shared/domain/agencies';

/** How a process's start went. */
export type Start =
  | { readonly outcome: 'READY'; readonly milliseconds: number }
  /** With what it wrote to its standard error. */
  | { readonly outcome: 'FAILED'; readonly words: string }
  /** It was stopped before. */
  | { readonly outcome: 'GIVEN_UP' };

export interface AgencyProcess {
  readonly pid: number | undefined;
  readonly started: Promise<Start>;
  /** Done once it is gone; whether that was unasked. */
  readonly ended: Promise<{ readonly unasked: boolean }>;
  /** Lets it answer what is under way, for a moment; a process that hangs is killed. */
  stop(): Promise<void>;
}

const WITH_PARENT = pathToFileURL(join(__dirname, 'with-parent.ts')).href;
const STOP_MILLISECONDS = 2_000;

/** `npm run serve:subgraph` that does not outlive this process, not even kill -9. */
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
    // In a group of its own: Ctrl-C in the terminal lets requests under way end, and they still need the agency.
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

/** What it says of a stop that it was asked for. */
const OWN_WORDS = /^(?:stopping: |stopped$)/;
