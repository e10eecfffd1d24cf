import type { AnswerPath } from './answers';
import type { DataClassName } from './catalogue';

/**
 * An access decision for the ledger. `asked` replaces every decision about a silent class that would reveal a fact of
 * the record: the ledger does not store that decision, so nobody can learn it there.
 */
export type AccessOutcome = 'clear' | 'masked' | 'refused' | 'asked' | 'written';

export interface Access {
  readonly dataClass: DataClassName;
  readonly answer: AccessOutcome;
}

/** Indices into the list of children; `all` for every child. */
export type Children = readonly number[] | 'all';

/**
 * The children and data classes that an answer was about, as an agency reports them to the gateway. Depends only on the
 * request and the rules, not on whether there was data.
 *
 * @example { looks: [{ dataClass: 'education.schooling', answer: 'clear', children: 'all' }], places: [] }
 */
export interface AccessTrace {
  /** Pseudonyms, each once; undefined if they are exactly the children in the request, in that order. */
  readonly children?: readonly string[];
  readonly looks: readonly (Access & { readonly children: Children })[];
  /** Places in the answer where the agency has put children that were not in the request. */
  readonly places: readonly { readonly path: AnswerPath; readonly children: Children }[];
}

/** Children, each with the index of its first appearance. */
export class ListedChildren {
  private readonly indices = new Map<string, number>();

  get size(): number {
    return this.indices.size;
  }

  has(child: string): boolean {
    return this.indices.has(child);
  }

  indexOf(child: string): number {
    const known = this.indices.get(child);
    if (known !== undefined) return known;
    this.indices.set(child, this.indices.size);
    return this.indices.size - 1;
  }

  /** The children at these indices. */
  at(indices: ReadonlySet<number>): readonly string[] {
    return [...this.indices.keys()].filter((_, index) => indices.has(index));
  }

  /**
   * Sorts the children, because the order of discovery can reveal a fact, and returns the new position of each index.
   *
   * @param order the order to use; alphabetical by default.
   */
  inOrder(order?: readonly string[]): {
    readonly children: readonly string[];
    readonly indices: (old: ReadonlySet<number>) => Children;
  } {
    const children = order ?? [...this.indices.keys()].sort();
    const newIndex: number[] = [];
    for (const [index, child] of children.entries()) newIndex[this.indexOf(child)] = index;
    return {
      children,
      indices: (old) =>
        old.size === children.length && old.size > 0
          ? 'all'
          : [...old].map((index) => newIndex[index] as number).sort((a, b) => a - b),
    };
  }
}

/** Collects the accesses of one request: which children, which data classes, which decisions. */
export class AccessCollector {
  private readonly children = new ListedChildren();
  private readonly looks = new Map<string, { readonly look: Access; readonly children: Set<number> }>();
  private readonly places = new Map<string, { readonly path: AnswerPath; readonly children: Set<number> }>();

  /** @param child undefined for a record that is not about one child. */
  note(look: Access, child: string | undefined): void {
    const key = `${look.answer} ${look.dataClass}`;
    let noted = this.looks.get(key);
    if (noted === undefined) {
      noted = { look, children: new Set() };
      this.looks.set(key, noted);
    }
    if (child !== undefined) noted.children.add(this.children.indexOf(child));
  }

  place(path: AnswerPath, children: readonly string[]): void {
    const key = path.join('.');
    let place = this.places.get(key);
    if (place === undefined) {
      place = { path, children: new Set() };
      this.places.set(key, place);
    }
    for (const child of children) place.children.add(this.children.indexOf(child));
  }

  /** @param asked the children that the request names, each once. */
  told(asked: readonly string[]): AccessTrace {
    const same = asked.length === this.children.size && asked.every((child) => this.children.has(child));
    const { children, indices } = this.children.inOrder(same ? asked : undefined);
    return {
      ...(!same && { children }),
      looks: byKey(this.looks).map(({ look, children }) => ({ ...look, children: indices(children) })),
      places: byKey(this.places).map(({ path, children }) => ({ path, children: indices(children) })),
    };
  }
}

/** Returns the values sorted by key, so that the order of discovery does not show. */
export function byKey<Value>(values: ReadonlyMap<string, Value>): Value[] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
