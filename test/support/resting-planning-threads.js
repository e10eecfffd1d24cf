const { EventEmitter } = require('node:events');
const threads = require('node:worker_threads');

const RealWorker = threads.Worker;
const MOST_AT_REST = 2;

/** Threads that have nothing to do, the one that has rested longest first. */
const resting = [];

/**
 * A planning thread as its user knows it. Stopped without a task under way, the thread behind it goes on to the next system of
 * this worker that has the same graph: starting one takes more time than most tests. It is the real thread, with the real
 * planner, which keeps nothing of its users but plans.
 */
class PlanningThread extends EventEmitter {
  constructor(program, options) {
    super();
    const key = JSON.stringify([program, options]);
    const found = resting.findIndex((thread) => thread.key === key);
    this.thread = found === -1 ? { key, worker: new RealWorker(program, options) } : resting.splice(found, 1)[0];
    this.isUnderWay = this.thread.start === undefined;
    this.forwards = ['message', 'error', 'exit'].map((event) => [event, (value) => this.forward(event, value)]);
    for (const [event, forward] of this.forwards) this.thread.worker.on(event, forward);
    if (!this.isUnderWay) setImmediate(() => this.hasEnded || this.emit('message', this.thread.start));
  }

  forward(event, value) {
    if (event === 'message') {
      this.isUnderWay = false;
      this.thread.start ??= value;
    } else {
      this.hasEnded = true;
    }
    this.emit(event, value);
  }

  postMessage(message) {
    this.isUnderWay = true;
    this.thread.worker.postMessage(message);
  }

  unref() {
    this.thread.worker.unref();
  }

  async terminate() {
    if (this.isUnderWay || this.hasEnded) return this.thread.worker.terminate();
    this.hasEnded = true;
    for (const [event, forward] of this.forwards) this.thread.worker.off(event, forward);
    resting.push(this.thread);
    if (resting.length > MOST_AT_REST) resting.shift().worker.terminate();
    this.emit('exit', 1);
    return 1;
  }
}

threads.Worker = new Proxy(RealWorker, {
  construct: (_, given) =>
    `${given[0]}`.endsWith('/planning-thread.ts') ? new PlanningThread(...given) : new RealWorker(...given),
});
