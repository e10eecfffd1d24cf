import type { AnswerPath } from '../../shared/access/answers';
import type { DataClassName } from '../../shared/access/catalogue';
import { byKey, type Children, inOrder, type ToldLooks } from '../../shared/access/looks';
import { type Agency, isAgency } from '../../shared/agencies';
import type { LedgerEntry, Look, LookAnswer } from './entry';

const SHOWN: ReadonlySet<LookAnswer> = new Set<LookAnswer>(['clear', 'masked', 'asked']);

/** What was taken out of an operation before any agency was asked. */
interface RefusedEarly {
  readonly dataClass: DataClassName;
  readonly path: AnswerPath;
}

/** Whom one request looked at and how that was answered, from what its agencies tell and what the gateway refused itself. */
export class RequestLooks {
  private readonly children = new Map<string, number>();
  private readonly looks = new Map<string, { readonly look: Omit<Look, 'children'>; readonly children: Set<number> }>();
  private readonly places = new Map<string, Set<number>>();
  private readonly refused: RefusedEarly[] = [];
  private named: readonly string[] = [];

  /**
   * @param asked the children whom the agency was asked about.
   * @param path where that was, in the client's operation.
   */
  told({ children, looks, places }: ToldLooks, asked: () => readonly string[], path: AnswerPath): void {
    const indices = (children ?? asked()).map((child) => this.indexOf(child));
    for (const { dataClass, answer, children: told } of looks) add(told, indices, this.lookAt(dataClass, answer));
    for (const { path: below, children: found } of places) {
      const key = [...path, ...below].join('.');
      const place = this.places.get(key) ?? new Set();
      this.places.set(key, place);
      add(found, indices, place);
    }
  }

  /** @param named children whom the request names itself: all that is known of whom a refusal was about, where nothing was found. */
  refusedEarly(refused: readonly RefusedEarly[], named: readonly string[]): void {
    this.refused.push(...refused);
    this.named = named;
  }

  /** An agency did not answer for these children. */
  unavailable(dataClasses: readonly DataClassName[], children: readonly string[]): void {
    for (const dataClass of dataClasses) {
      const noted = this.lookAt(dataClass, 'unavailable');
      for (const child of children) noted?.add(this.indexOf(child));
    }
  }

  /** Children of whom anything was answered, or may have been, that these data classes do not account for. */
  answered(but: ReadonlySet<DataClassName> = new Set()): readonly string[] {
    const answered = new Set<number>();
    for (const { look, children } of this.looks.values()) {
      if (!SHOWN.has(look.answer) || but.has(look.dataClass)) continue;
      for (const child of children) answered.add(child);
    }
    return [...this.children.keys()].filter((_, index) => answered.has(index));
  }

  /** As the ledger has it. */
  summary(): Pick<LedgerEntry, 'children' | 'looks'> {
    for (const { dataClass, path } of this.refused.splice(0)) {
      const about = [...(this.placeAbove(path) ?? this.named.map((child) => this.indexOf(child)))];
      // Several classes that stand in the way are told as one.
      for (const one of dataClass.split(' & ')) {
        const noted = this.lookAt(one, 'refused');
        for (const child of about) noted?.add(child);
      }
    }
    const { children, indices } = inOrder(this.children);
    const looks = byKey(this.looks).map(({ look, children: noted }) => ({
      ...look,
      children: indices(noted),
    }));
    return { children, looks };
  }

  /** The children that a refused field stands on: those at the nearest place above it. */
  private placeAbove(path: AnswerPath): Iterable<number> | undefined {
    for (let steps = path.length; steps > 0; steps -= 1) {
      const place = this.places.get(path.slice(0, steps).join('.'));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  private lookAt(dataClass: DataClassName, answer: LookAnswer): Set<number> | undefined {
    const agency = dataClass.slice(0, dataClass.indexOf('.'));
    // Security features of federation other than labels belong to no agency.
    if (!isAgency(agency)) return undefined;
    const key = `${dataClass} ${answer}`;
    const known = this.looks.get(key);
    if (known !== undefined) return known.children;
    const children = new Set<number>();
    this.looks.set(key, { look: { agency: agency as Agency, dataClass, answer }, children });
    return children;
  }

  private indexOf(child: string): number {
    const known = this.children.get(child);
    if (known !== undefined) return known;
    this.children.set(child, this.children.size);
    return this.children.size - 1;
  }
}

function add(told: Children, indices: readonly number[], to: Set<number> | undefined): void {
  if (told === 'all') for (const index of indices) to?.add(index);
  else for (const child of told) to?.add(indices[child] as number);
}
