import { setTimeout as sleep } from 'node:timers/promises';

/** Tells a test that waits for something that never comes from one on a busy machine; jest's own limit is longer. */
export const NEVER_MILLISECONDS = 240_000;

const POLL_MILLISECONDS = 10;

/**
 * Waits until something holds, however long a busy machine takes for it.
 *
 * @param name what the error says that never came to hold.
 */
export async function until(holds: () => boolean | Promise<boolean>, name = String(holds)): Promise<void> {
  const deadline = Date.now() + NEVER_MILLISECONDS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`It never came to hold: ${name}`);
    await sleep(POLL_MILLISECONDS);
  }
}
