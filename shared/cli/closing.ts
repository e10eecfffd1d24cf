/** Closes what a start has opened, in reverse order. */
export class Closing {
  private steps: (() => Promise<unknown> | undefined)[] = [];

  add(step: () => Promise<unknown> | undefined): void {
    this.steps.push(step);
  }

  /** Runs every step, even if one fails: a database server must not be left running. @throws the first failure. */
  readonly close = async (): Promise<void> => {
    const faults: unknown[] = [];
    for (const step of this.steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  };
}
