/** What the set-up leaves for the tear-down in `globalThis`: jest hands nothing from one to the other. */
export interface ClosingSteps {
  closeTestRun?: (() => Promise<unknown>)[];
}

/** Undoes what the global set-up has done, the last thing first: each step, whatever becomes of the one before. */
export default async function globalTeardown(): Promise<void> {
  const { closeTestRun = [] } = globalThis as ClosingSteps;
  const faults: unknown[] = [];
  for (const step of closeTestRun.splice(0).reverse()) await step().catch((error) => faults.push(error));
  if (faults.length > 0) throw faults[0];
}
