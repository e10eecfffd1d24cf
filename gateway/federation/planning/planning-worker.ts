import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { failure } from '../../../shared/protocol/errors';
import type { PlanningGraph, PlanningResult, PlanningStart, PlanningTask } from './planning-task';

/** Operations within the limits take some tens of milliseconds; a thread that takes this long is terminated. */
const TASK_MILLISECONDS = 10_000;

/** A thread's largest heap: a graph takes 40 MB. */
const MEMORY_MEGABYTES = 512;

const EXTENSION = extname(__filename);
const PROGRAM = join(__dirname, `planning-thread${EXTENSION}`);

/**
 * From source, tsx would process each of the library's thousand files, which need no translation, if they were loaded
 * after it.
 */
const LOADED_BEFORE = EXTENSION === '.ts' ? ['@apollo/gateway', 'tsx/cjs'] : [];

interface Thread {
  readonly worker: Worker;
  /** The schema that clients see. */
  readonly ready: Promise<string>;
}

/**
 * A thread that validates and plans, one task at a time, so no sender of a known operation waits for it. If it ends or
 * takes too long, its task fails with PLANNING_BUSY, and the next task starts a new thread.
 */
export class PlanningWorker {
  private thread: Thread | undefined;
  private readonly graph: PlanningGraph;
  private readonly log: Logger | undefined;
  private readonly taskMilliseconds: number;
  private stopping = false;

  constructor(graph: PlanningGraph, log?: Logger, taskMilliseconds = TASK_MILLISECONDS) {
    this.graph = graph;
    this.log = log;
    this.taskMilliseconds = taskMilliseconds;
  }

  /** @returns the schema that clients see. @throws if the planner refuses the supergraph. */
  async start(): Promise<string> {
    this.thread ??= this.begun();
    return this.thread.ready;
  }

  /**
   * Must not be called before the last task is done. @throws PLANNING_BUSY, or the planner's error about the operation.
   */
  async run(task: PlanningTask): Promise<PlanningResult> {
    await this.start();
    const { thread } = this;
    if (thread === undefined) throw failure('PLANNING_BUSY');
    const late = setTimeout(() => void thread.worker.terminate(), this.taskMilliseconds);
    try {
      const result = next<PlanningResult>(thread.worker);
      thread.worker.postMessage(task);
      return await result;
    } finally {
      clearTimeout(late);
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.thread?.worker.terminate();
  }

  private begun(): Thread {
    const worker = new Worker(PROGRAM, {
      workerData: this.graph,
      execArgv: LOADED_BEFORE.flatMap((name) => ['--require', require.resolve(name)]),
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
    });
    // It must not keep the process alive.
    worker.unref();
    let cause: string | undefined;
    worker.on('error', (error: { readonly code?: string; readonly name?: string }) => {
      cause = error.code ?? error.name;
    });
    worker.once('exit', () => {
      this.thread = undefined;
      if (!this.stopping) this.log?.error({ cause }, 'planning thread ended; the next new text starts another');
    });
    return { worker, ready: next<PlanningStart>(worker).then(schemaOf) };
  }
}

// Private:

function schemaOf(start: PlanningStart): string {
  if ('refusal' in start) throw new Error(start.refusal);
  return start.apiSdl;
}

/** The thread's next message. @throws PLANNING_BUSY if it ends first. */
function next<Message>(worker: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(failure('PLANNING_BUSY'));
    worker.once('exit', ended);
    worker.once('message', (message: Message) => {
      worker.off('exit', ended);
      resolve(message);
    });
  });
}
