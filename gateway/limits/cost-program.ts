/** Reads a variable of the operation; falls back to its default. */
export type VariableOf = (name: string) => unknown;

/** A constant, or the index of the step that computes it. */
export type Term = number | { readonly step: number };

type Step = (values: readonly number[], variable: VariableOf) => number;

/**
 * A sum of products whose factors depend on variables. Constants are folded while the program is built; the rest are
 * steps that each run once. Nested fragments share their steps, so that a program is never longer than its document.
 */
export class CostProgram {
  private readonly steps: Step[] = [];

  /** @param step receives the values of the steps before it. */
  step(step: Step): Term {
    this.steps.push(step);
    return { step: this.steps.length - 1 };
  }

  sum(terms: readonly Term[]): Term {
    let constant = 0;
    const places: number[] = [];
    for (const term of terms) {
      if (typeof term === 'number') constant += term;
      else places.push(term.step);
    }
    if (places.length === 0) return constant;
    return this.step((values) => places.reduce((sum, place) => sum + valueAt(values, place), constant));
  }

  product(left: Term, right: Term): Term {
    if (typeof left === 'number' && typeof right === 'number') return left * right;
    return this.step((values) => amountOf(values, left) * amountOf(values, right));
  }

  largest(terms: readonly Term[]): Term {
    const constants = terms.filter((term) => typeof term === 'number');
    if (constants.length === terms.length) return Math.max(0, ...constants);
    return this.step((values) => terms.reduce<number>((most, term) => Math.max(most, amountOf(values, term)), 0));
  }

  run(variable: VariableOf, result: Term): number {
    const values: number[] = [];
    for (const step of this.steps) values.push(step(values, variable));
    return amountOf(values, result);
  }
}

const valueAt = (values: readonly number[], place: number): number => values[place] ?? 0;
const amountOf = (values: readonly number[], term: Term): number =>
  typeof term === 'number' ? term : valueAt(values, term.step);
