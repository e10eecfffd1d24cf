import { setTimeout } from 'node:timers/promises';

export interface Repeated {
  /** Waits for the current step, and starts no other. */
  stop(): Promise<void>;
}

/**
 * Repeats a step: immediately while there is more to do, otherwise after an interval.
 *
 * @param step returns whether there may be more to do.
 * @param interval milliseconds.
 * @param onFailure receives the first of several consecutive failures; a failed step is repeated after `interval`.
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
