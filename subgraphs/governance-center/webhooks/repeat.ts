import { setTimeout } from 'node:timers/promises';

export interface Repeated {
  /** Lets the step under way come to its end, and begins no other. */
  stop(): Promise<void>;
}

/**
 * Takes a step again and again: at once while there is more to do, otherwise after a while.
 *
 * @param step says whether there may be more to do.
 * @param interval milliseconds.
 * @param onFailure is told the first of several failures in a row; a failed step is taken again after `interval`.
 */
export function repeat(step: () => Promise<boolean>, interval: number, onFailure: (error: unknown) => void): Repeated {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let failing = false;
    while (!stopping.signal.aborted) {
      let more = false;
      try {
        more = await step();
        failing = false;
      } catch (error) {
        if (!failing) onFailure(error);
        failing = true;
      }
      if (!more) await setTimeout(interval, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}
