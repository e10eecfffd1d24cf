import { setTimeout as sleep } from 'node:timers/promises';

<<<<<<< HEAD
/** Distinguishes a condition that never holds from a busy machine; jest's own limit is longer. */
export const NEVER_MILLISECONDS = 240_000;
=======
/** Tells a test that waits for something that never comes from one on a busy machine; jest's own limit is longer. */
export const NEVER_MILLISECONDS = 840_000;
>>>>>>> a272fc8 (tests: take the ledger down for good, and wait for no minute in vain)

const POLL_MILLISECONDS = 10;

/** Waits until a condition holds, even on a busy machine. @param name of the condition in the error. */
export async function until(holds: () => boolean | Promise<boolean>, name = String(holds)): Promise<void> {
  const deadline = Date.now() + NEVER_MILLISECONDS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It never came to hold: ${name}`);
    await sleep(POLL_MILLISECONDS);
  }
}
