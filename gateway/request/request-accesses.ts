import { type AccessTrace, byKey, type Children, ListedChildren } from '../../shared/access/accesses';
import type { AnswerPath } from '../../shared/access/answers';
import type { DataClassName } from '../../shared/access/catalogue';
import { isAgency } from '../../shared/domain/agencies';
import { requestedChildIds } from '../../shared/protocol/child-ids-in';
import type { LedgerEntry, RecordedAccess, RecordedOutcome } from '../../shared/protocol/ledger-entry';

const SHOWN: ReadonlySet<RecordedOutcome> = new Set<RecordedOutcome>(['clear', 'masked', 'asked']);

/** A field that was refused before planning. */
interface RefusedEarly {
  readonly dataClass: DataClassName;
  readonly path: AnswerPath;
}

/** The accesses of one request, from the agencies' reports and the gateway's own refusals. */
export class RequestAccesses {
  private readonly children = new ListedChildren();
  private readonly looks = new Map<string, CollectedAccess>();
  private readonly places = new Map<string, ReadonlySet<number>>();
  private readonly refused: RefusedEarly[] = [];
  private named: readonly string[] = [];

  /**
   * @param asked the representations that the agency received.
   * @param path of the fetch in the client's operation.
   */
  told({ children, looks, places }: AccessTrace, asked: readonly unknown[], path: AnswerPath): void {
    const whole = [...looks, ...places].every((one) => one.children === 'all');
    const about =
      (children === undefined && whole ? this.foundAt(path, asked.length) : undefined) ??
      this.indicesOf(children ?? requestedChildIds(asked));
    for (const { dataClass, answer, children: told } of looks) this.note(dataClass, answer, pick(about, told));
    for (const { path: below, children: found } of places) {
      const key = [...path, ...below].join('.');
      this.places.set(key, union(this.places.get(key), pick(about, found)));
    }
  }

  /** @param named children whom the request names: the children of a refusal if the answer has none above it. */
  refusedEarly(refused: readonly RefusedEarly[], named: readonly string[]): void {
    this.refused.push(...refused);
    this.named = named;
  }

  /** Records that an agency did not answer for these children. */
  unavailable(dataClasses: readonly DataClassName[], children: readonly string[]): void {
    for (const dataClass of dataClasses) this.note(dataClass, 'unavailable', this.indicesOf(children));
  }

  /**
   * Children about whom data was or may have been answered, apart from these data classes.
   *
   * @param as the answers that count.
   */
  answered(but: ReadonlySet<DataClassName> = new Set(), as = SHOWN): readonly string[] {
    const answered = new Set<number>();
    for (const { look, children } of this.looks.values()) {
      if (!as.has(look.answer) || but.has(look.dataClass)) continue;
      for (const child of children) answered.add(child);
    }
    return this.children.at(answered);
  }

  /** The accesses in the form of the ledger. */
  summary(): Pick<LedgerEntry, 'children' | 'looks'> {
    for (const { dataClass, path } of this.refused.splice(0)) {
      const about = this.placeAbove(path) ?? this.indicesOf(this.named);
      // One refusal can name several classes.
      for (const one of dataClass.split(' & ')) this.note(one, 'refused', about);
    }
    const { children, indices } = this.children.inOrder();
    const looks = byKey(this.looks).map(({ look, children: noted }) => ({
      ...look,
      children: indices(noted),
    }));
    return { children, looks };
  }

  /** The children of a refused field: those at the nearest place above it. */
  private placeAbove(path: AnswerPath): ReadonlySet<number> | undefined {
    for (let steps = path.length; steps > 0; steps -= 1) {
      const place = this.places.get(path.slice(0, steps).join('.'));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** The children that the operation found at this path, if they are as many as expected. */
  private foundAt(path: AnswerPath, count: number): ReadonlySet<number> | undefined {
    const found = this.places.get(path.join('.'));
    return found?.size === count ? found : undefined;
  }

  private note(dataClass: DataClassName, answer: RecordedOutcome, children: ReadonlySet<number>): void {
    const agency = dataClass.slice(0, dataClass.indexOf('.'));
    // Security features of federation other than labels belong to no agency.
    if (!isAgency(agency)) return;
    const key = `${dataClass} ${answer}`;
    const known = this.looks.get(key);
    if (known === undefined) this.looks.set(key, { look: { agency, dataClass, answer }, children });
    else known.children = union(known.children, children);
  }

  private indicesOf(children: readonly string[]): ReadonlySet<number> {
    return new Set(children.map((child) => this.children.indexOf(child)));
  }
}

interface CollectedAccess {
  readonly look: Omit<RecordedAccess, 'children'>;
  children: ReadonlySet<number>;
}

/** Looks share sets, which are never changed. */
function union(one: ReadonlySet<number> | undefined, other: ReadonlySet<number>): ReadonlySet<number> {
  if (one === undefined || one.size === 0 || one === other) return other;
  return other.size === 0 ? one : new Set([...one, ...other]);
}

function pick(about: ReadonlySet<number>, told: Children): ReadonlySet<number> {
  if (told === 'all') return about;
  const all = [...about];
  return new Set(told.map((index) => all[index] as number));
}
