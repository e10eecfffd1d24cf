/** Pseudo-random choices, reproducible by seed. */
export class Choices {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** From 0 inclusive to 1 exclusive: mulberry32. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** From 0 to `most`. */
  upTo(most: number): number {
    return Math.floor(this.next() * (most + 1));
  }

  one<Item>(items: readonly Item[]): Item {
    return items[this.upTo(items.length - 1)] as Item;
  }

  /** The result of one of several functions. */
  oneOf<Item>(...makers: readonly (() => Item)[]): Item {
    return this.one(makers)();
  }

  /** At least `least`, at most `most` items, possibly repeated. */
  several<Item>(least: number, most: number, make: () => Item): Item[] {
    return Array.from({ length: least + this.upTo(most - least) }, make);
  }
}

/** The seed of this run: the environment's SEED, or a random one. */
export const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
