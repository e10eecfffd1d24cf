import { setTimeout as sleep } from 'node:timers/promises';

/** Distinguishes a condition that never holds from a busy machine; jest's own limit is longer. */
export const NEVER_MILLISECONDS = 840_000;

const POLL_MILLISECONDS = 10;

/** Waits until a condition holds, even on a busy machine. @param name of the condition in the error. */
export async function until(holds: () => boolean | Promise<boolean>, name = String(holds)): Promise<void> {
  const deadline = Date.now() + NEVER_MILLISECONDS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It never came to hold: ${name}`);
    await sleep(POLL_MILLISECONDS);
  }
}
