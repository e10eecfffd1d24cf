/**
 * A Boolean function of propositions: an ordered binary decision diagram (Bryant 1986). Equal functions are the same
 * object, so that equivalence is identity, and a function that is never true is `false`.
 */
export type Diagram = Branch | boolean;

interface Branch {
  readonly id: number;
  /** Position of the proposition in the order. */
  readonly at: number;
  readonly yes: Diagram;
  readonly no: Diagram;
}

/** A proposition, and whether it holds. */
export interface Assumption {
  readonly proposition: string;
  readonly holds: boolean;
}

/** Thrown for a function that is too large to decide. */
export class TooLarge extends Error {}

/** More are not needed for the rules of one data class. */
const MOST_BRANCHES = 200_000;

/** Builds diagrams over a common order of propositions: that in which they first occur. */
export class Diagrams {
  private readonly order = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly branches = new Map<string, Branch>();
  private readonly results = new Map<string, Diagram>();

  /** True exactly if the proposition holds. */
  proposition(name: string): Diagram {
    let at = this.order.get(name);
    if (at === undefined) {
      at = this.names.length;
      this.order.set(name, at);
      this.names.push(name);
    }
    return this.branch(at, true, false);
  }

  not(one: Diagram): Diagram {
    return this.choose(one, false, true);
  }

  and(...all: readonly Diagram[]): Diagram {
    return all.reduce((both, one) => this.choose(both, one, false), true);
  }

  or(...all: readonly Diagram[]): Diagram {
    return all.reduce((either, one) => this.choose(either, true, one), false);
  }

  /** `yes` where the test is true, `no` elsewhere. */
  choose(test: Diagram, yes: Diagram, no: Diagram): Diagram {
    if (typeof test === 'boolean') return test ? yes : no;
    if (yes === no) return yes;
    if (yes === true && no === false) return test;
    const key = `${test.id} ${keyOf(yes)} ${keyOf(no)}`;
    const known = this.results.get(key);
    if (known !== undefined) return known;
    const at = Math.min(...[test, yes, no].map((one) => (typeof one === 'boolean' ? Infinity : one.at)));
    const [ifYes, ifNo] = [true, false].map((holds) =>
      this.choose(given(test, at, holds), given(yes, at, holds), given(no, at, holds)),
    ) as [Diagram, Diagram];
    const result = this.branch(at, ifYes, ifNo);
    this.results.set(key, result);
    return result;
  }

  /** One way in which the function is true, with the fewest assumptions; undefined if it never is. */
  example(one: Diagram): readonly Assumption[] | undefined {
    const known = new Map<Diagram, readonly Assumption[] | undefined>([
      [true, []],
      [false, undefined],
    ]);
    const shortest = (part: Diagram): readonly Assumption[] | undefined => {
      if (typeof part === 'boolean' || known.has(part)) return known.get(part);
      const proposition = this.names[part.at] as string;
      const ways = [false, true].flatMap((holds) => {
        const rest = shortest(holds ? part.yes : part.no);
        return rest === undefined ? [] : [[{ proposition, holds }, ...rest]];
      });
      const [best] = ways.toSorted((a, b) => a.length - b.length);
      known.set(part, best);
      return best;
    };
    return shortest(one);
  }

  private branch(at: number, yes: Diagram, no: Diagram): Diagram {
    if (yes === no) return yes;
    const key = `${at} ${keyOf(yes)} ${keyOf(no)}`;
    let branch = this.branches.get(key);
    if (branch === undefined) {
      if (this.branches.size >= MOST_BRANCHES) throw new TooLarge();
      branch = { id: this.branches.size, at, yes, no };
      this.branches.set(key, branch);
    }
    return branch;
  }
}

const keyOf = (one: Diagram): string => (typeof one === 'boolean' ? String(one) : String(one.id));

const given = (one: Diagram, at: number, holds: boolean): Diagram =>
  typeof one === 'boolean' || one.at !== at ? one : holds ? one.yes : one.no;
