/** Everything that is wrong with something, told at once: one line each. */
export class ErrorList extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}
