/** Steps that the set-up leaves in `globalThis` for the tear-down, because jest passes nothing between them. */
export interface ClosingSteps {
  closeTestRun?: (() => Promise<unknown>)[];
}

/** Undoes the steps of the global set-up in reverse order, each even if an earlier one failed. */
export default async function globalTeardown(): Promise<void> {
  const { closeTestRun = [] } = globalThis as ClosingSteps;
  const faults: unknown[] = [];
  for (const step of closeTestRun.splice(0).reverse()) await step().catch((error) => faults.push(error));
  if (faults.length > 0) throw faults[0];
}
