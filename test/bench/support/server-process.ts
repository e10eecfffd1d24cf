import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import { PROJECT } from '../../../shared/config/project-root';
import { cpuMilliseconds } from './figures';

const START_MILLISECONDS = 60_000;
const STOP_MILLISECONDS = 20_000;
const WARM_UP_MILLISECONDS = 10_000;

export interface ServerOptions {
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly port: number;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly concurrency: number;
  /** The working directory; by default this project's. */
  readonly project?: string | undefined;
}

export interface Answer {
  readonly data: unknown;
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: {
    readonly access?: { readonly denied: readonly unknown[]; readonly unavailable: readonly unknown[] };
  };
}

/** A GraphQL server in a separate process, with measurements of its CPU time. */
export interface ServerProcess {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** The text of the answer. @throws unless it is 200 without errors. */
  ask(body: string): Promise<string>;
  /** The answer for another caller, which may contain refusals. */
  askAs(headers: Readonly<Record<string, string>>, body: string): Promise<string>;
  /** Sends requests to warm up the JIT: this many, or as many as ten seconds allow. */
  warmUp(bodies: readonly string[], requests: number): Promise<void>;
  /**
   * Sends this many requests, `concurrency` at a time, with the bodies in turn. @returns the server's CPU milliseconds
   * per request.
   */
  measure(bodies: readonly string[], requests: number, concurrency?: number): Promise<number>;
  /** Memory after garbage collection, in bytes; needs `tell-memory.ts` to be preloaded. */
  memory(): Promise<NodeJS.MemoryUsage>;
  /** Sends a message to the preloaded module. @returns its reply. */
  tell(message: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts it and waits until it answers `{ __typename }`. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { name, args, variables, port, headers, project = PROJECT } = options;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: project,
    env: { PATH, HOME, NODE_ENV: 'production', PORT: String(port), HOST: '127.0.0.1', ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written = `${written}${text}`.slice(-4_000);
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const pool = new Pool(url, { connections: options.concurrency });
  const exchange = async (ofRequest: ServerOptions['headers'], body: string) => {
    const response = await pool
      .request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', ...ofRequest },
        body,
      })
      .catch((error) => {
        throw new Error(`${name} cannot be reached (${error.message}).\n${written}`);
      });
    return { status: response.statusCode, text: await response.body.text() };
  };
  const refuse = ({ status, text }: { status: number; text: string }): never => {
    throw new Error(`${name} answered ${status}: ${text.slice(0, 500)}\n${written}`);
  };
  const ask = async (body: string): Promise<string> => {
    const answer = await exchange(headers, body);
    return answer.status === 200 && !answer.text.includes('"errors":') ? answer.text : refuse(answer);
  };
  const askAs: ServerProcess['askAs'] = async (ofCaller, body) => {
    const answer = await exchange(ofCaller, body);
    return answer.status === 200 && answer.text.includes('"data":{') ? answer.text : refuse(answer);
  };
  const send = async (bodies: readonly string[], requests: number, concurrency: number, deadline = Infinity) => {
    let next = 0;
    const worker = async () => {
      while (next < requests && performance.now() < deadline) {
        next += 1;
        await ask(bodies[next % bodies.length] as string);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  };
  const stop = async () => {
    await pool.destroy();
    await stopProcess(child);
  };
  const tell = async (message: string): Promise<unknown> => {
    child.send(message);
    const [answer] = await once(child, 'message');
    return answer;
  };
  try {
    await answers(ask, child, name);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${written}`);
  }
  return {
    name,
    url,
    pid: child.pid as number,
    ask,
    askAs,
    warmUp: (bodies, requests) => send(bodies, requests, options.concurrency, performance.now() + WARM_UP_MILLISECONDS),
    memory: () => tell('memory') as Promise<NodeJS.MemoryUsage>,
    tell,
    async measure(bodies, requests, concurrency = options.concurrency) {
      const before = cpuMilliseconds(child.pid as number);
      await send(bodies, requests, concurrency);
      return (cpuMilliseconds(child.pid as number) - before) / requests;
    },
    stop,
  };
}

async function answers(ask: (body: string) => Promise<string>, child: ChildProcess, name: string): Promise<void> {
  const deadline = Date.now() + START_MILLISECONDS;
  for (;;) {
    try {
      await ask(JSON.stringify({ query: '{ __typename }' }));
      return;
    } catch (error) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended instead of starting.`);
      if (Date.now() > deadline) throw new Error(`${name} does not answer: ${(error as Error).message}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/** Ends it gracefully, so it writes a profile. */
async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
  await ended;
  clearTimeout(late);
}
