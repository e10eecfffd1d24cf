import type { AnswerPath } from './answers';
import type { DataClassName } from './catalogue';

/**
 * How a data class was answered, for the access ledger. `asked` where it keeps silent and its answer would tell a fact of
 * the record: then nobody learns from the ledger what the answer was, for the ledger does not know it.
 */
export type AccessOutcome = 'clear' | 'masked' | 'refused' | 'asked' | 'written';

export interface Access {
  readonly dataClass: DataClassName;
  readonly answer: AccessOutcome;
}

/** Indices into a list of children; `all` for every one of them. */
export type Children = readonly number[] | 'all';

/**
 * Whom an answer was about, as an agency tells the gateway: the same whether or not there is anything to be seen, for it
 * goes by what was asked for and by the rules.
 */
export interface AccessTrace {
  /** Pseudonyms; left out where they are those that the agency was asked about, in that order, each once. */
  readonly children?: readonly string[];
  readonly looks: readonly (Access & { readonly children: Children })[];
  /** Where in the answer children stand that the agency has found. */
  readonly places: readonly { readonly path: AnswerPath; readonly children: Children }[];
}

/** Children, each once, by the index that each was given when it first came. */
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

  /** Those of these indices. */
  at(indices: ReadonlySet<number>): readonly string[] {
    return [...this.indices.keys()].filter((_, index) => indices.has(index));
  }

  /**
   * In an order that does not show what was found first, for that can depend on a fact; with what the indices become.
   *
   * @param order of all of them; that of their texts where none is given.
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

/** Collects, for one request, who was looked at and how that was answered. */
export class AccessCollector {
  private readonly children = new ListedChildren();
  private readonly looks = new Map<string, { readonly look: Access; readonly children: Set<number> }>();
  private readonly places = new Map<string, { readonly path: AnswerPath; readonly children: Set<number> }>();

  /** @param child undefined where what was looked at is not about one child. */
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

  /** @param asked the children whom the request names as those to be answered about, each once. */
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

/** In an order that does not show which came first. */
export function byKey<Value>(values: ReadonlyMap<string, Value>): Value[] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
