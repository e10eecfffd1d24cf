import { type AccessTrace, byKey, type Children, ListedChildren } from '../../shared/access/accesses';
import type { AnswerPath } from '../../shared/access/answers';
import type { DataClassName } from '../../shared/access/catalogue';
import { isAgency } from '../../shared/domain/agencies';
import { requestedChildIds } from '../../shared/protocol/child-ids-in';
import type { LedgerEntry, RecordedAccess, RecordedOutcome } from '../../shared/protocol/ledger-entry';

const SHOWN: ReadonlySet<RecordedOutcome> = new Set<RecordedOutcome>(['clear', 'masked', 'asked']);

/** What was taken out of an operation before any agency was asked. */
interface RefusedEarly {
  readonly dataClass: DataClassName;
  readonly path: AnswerPath;
}

/** Whom one request looked at and how that was answered, from what its agencies tell and what the gateway refused itself. */
export class RequestAccesses {
  private readonly children = new ListedChildren();
  private readonly looks = new Map<string, CollectedAccess>();
  private readonly places = new Map<string, ReadonlySet<number>>();
  private readonly refused: RefusedEarly[] = [];
  private named: readonly string[] = [];

  /**
   * @param asked the representations that the agency was asked about.
   * @param path where that was, in the client's operation.
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

  /** @param named children whom the request names itself: all that is known of whom a refusal was about, where nothing was found. */
  refusedEarly(refused: readonly RefusedEarly[], named: readonly string[]): void {
    this.refused.push(...refused);
    this.named = named;
  }

  /** An agency did not answer for these children. */
  unavailable(dataClasses: readonly DataClassName[], children: readonly string[]): void {
    for (const dataClass of dataClasses) this.note(dataClass, 'unavailable', this.indicesOf(children));
  }

  /** Children of whom anything was answered, or may have been, that these data classes do not account for. */
  answered(but: ReadonlySet<DataClassName> = new Set()): readonly string[] {
    const answered = new Set<number>();
    for (const { look, children } of this.looks.values()) {
      if (!SHOWN.has(look.answer) || but.has(look.dataClass)) continue;
      for (const child of children) answered.add(child);
    }
    return this.children.at(answered);
  }

  /** As the ledger has it. */
  summary(): Pick<LedgerEntry, 'children' | 'looks'> {
    for (const { dataClass, path } of this.refused.splice(0)) {
      const about = this.placeAbove(path) ?? this.indicesOf(this.named);
      // Several classes that stand in the way are told as one.
      for (const one of dataClass.split(' & ')) this.note(one, 'refused', about);
    }
    const { children, indices } = this.children.inOrder();
    const looks = byKey(this.looks).map(({ look, children: noted }) => ({
      ...look,
      children: indices(noted),
    }));
    return { children, looks };
  }

  /** The children that a refused field stands on: those at the nearest place above it. */
  private placeAbove(path: AnswerPath): ReadonlySet<number> | undefined {
    for (let steps = path.length; steps > 0; steps -= 1) {
      const place = this.places.get(path.slice(0, steps).join('.'));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Those whom the first step of the operation has found there, in an order of their own. */
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

/** Sets are shared between looks, and never changed. */
function union(one: ReadonlySet<number> | undefined, other: ReadonlySet<number>): ReadonlySet<number> {
  if (one === undefined || one.size === 0 || one === other) return other;
  return other.size === 0 ? one : new Set([...one, ...other]);
}

function pick(about: ReadonlySet<number>, told: Children): ReadonlySet<number> {
  if (told === 'all') return about;
  const all = [...about];
  return new Set(told.map((index) => all[index] as number));
}
