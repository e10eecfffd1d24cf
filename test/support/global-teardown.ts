import type { ClosingSteps } from './global-setup';

/** Undoes what the global set-up has done, the last thing first: each step, whatever becomes of the one before. */
export default async function globalTeardown(): Promise<void> {
  const { closeTestRun = [] } = globalThis as ClosingSteps;
  const faults: unknown[] = [];
  for (const step of closeTestRun.splice(0).reverse()) await step().catch((error) => faults.push(error));
  if (faults.length > 0) throw faults[0];
}
