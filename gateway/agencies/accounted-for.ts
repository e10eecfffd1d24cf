import type { AccessTrace } from '../../shared/access/accesses';
import type { DataClassName } from '../../shared/access/catalogue';
import type { Requirement } from '../../shared/access/labels';
import { type Data, isData } from '../federation/execution/own';
import { KEY } from './child-keys';
import type { LabelledPlace, LabelledPlaces } from './labelled-places';

/**
 * Whether an agency's access trace accounts for its answer: for each labelled value, the trace must list the classes of the
 * label as accessed and not refused, and for a value about a child, list them for that child. Only delivered values count: an
 * agency that does not know a child neither delivers nor reports anything about it.
 *
 * @param asked the children that the agency was asked about.
 */
export function accountsFor(
  told: AccessTrace,
  data: unknown,
  places: LabelledPlaces,
  asked: readonly string[],
): boolean {
  const accounts = new Accounts(told, asked);
  // Nearly always, every class was accessed for every child that was asked about.
  if (places.onlyAsked && told.children === undefined && accounts.forAll(places.requirement)) return true;
  return accountedAt(data, places.below, undefined, accounts);
}

function accountedAt(
  value: unknown,
  places: readonly LabelledPlace[],
  child: string | undefined,
  accounts: Accounts,
  root?: Requirement,
): boolean {
  if (Array.isArray(value)) return value.every((item) => accountedAt(item, places, child, accounts, root));
  if (!isData(value)) return true;
  for (const place of places) {
    const delivered = value[place.key];
    if (!isDelivered(delivered, place)) continue;
    if (place.within !== undefined && accounts.for(place.within, child)) continue;
    if (!accounts.for(place.requirement, child)) return false;
    const from = root ?? (place.isRoot ? place.requirement : undefined);
    if (Array.isArray(delivered)) {
      for (const item of delivered) if (!isAccountedItem(item, place, child, accounts, from)) return false;
    } else if (!isAccountedItem(delivered, place, child, accounts, from)) return false;
  }
  return true;
}

function isAccountedItem(
  item: unknown,
  place: LabelledPlace,
  child: string | undefined,
  accounts: Accounts,
  from: Requirement | undefined,
): boolean {
  const about = subjectOf(item, place, child);
  if (place.holds === 'CHILD' && from !== undefined && !accounts.for(from, about)) return false;
  return accountedAt(item, place.below, about, accounts, from);
}

/** The child that a value at a place is about; undefined if the answer does not say. */
function subjectOf(item: unknown, { holds }: LabelledPlace, child: string | undefined): string | undefined {
  if (holds === 'THING') return undefined;
  if (holds !== 'CHILD') return child;
  const key = isData(item) ? item[KEY] : undefined;
  return typeof key === 'string' ? key : undefined;
}

function isDelivered(value: unknown, { holds }: LabelledPlace): boolean {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return false;
  return holds !== 'PAGE' || !isData(value) || !isEmptyPage(value);
}

/** A list refused as a whole is an empty page. */
const isEmptyPage = (page: Data): boolean =>
  Object.values(page).every((value) =>
    Array.isArray(value) ? value.length === 0 : typeof value !== 'number' || value === 0,
  );

/** The classes that a trace lists as accessed and not refused, with the children for whom. */
class Accounts {
  private readonly listed: readonly string[];
  private known: ReadonlyMap<string, number> | undefined;
  private readonly classes = new Map<DataClassName, Set<number> | 'all'>();

  constructor({ children, looks }: AccessTrace, asked: readonly string[]) {
    this.listed = children ?? asked;
    for (const { dataClass, answer, children: about } of looks) {
      if (answer === 'refused') continue;
      const known = this.classes.get(dataClass);
      if (about === 'all' || known === 'all') this.classes.set(dataClass, 'all');
      else this.classes.set(dataClass, new Set([...(known ?? []), ...about]));
    }
  }

  forAll(requirement: Requirement): boolean {
    return meets(requirement, (name) => this.classes.get(name) === 'all');
  }

  /** @param child undefined for any child. */
  for(requirement: Requirement, child: string | undefined): boolean {
    if (requirement.length === 0) return true;
    if (child === undefined) return meets(requirement, (name) => this.classes.has(name));
    this.known ??= new Map(this.listed.map((listed, index) => [listed, index]));
    const index = this.known.get(child);
    if (index === undefined) return false;
    return meets(requirement, (name) => {
      const about = this.classes.get(name);
      return about === 'all' || about?.has(index) === true;
    });
  }
}

/** Whether one set of each group holds with all of its classes. */
function meets(requirement: Requirement, holds: (dataClass: DataClassName) => boolean): boolean {
  return requirement.every((sets) => sets.some((set) => set.every(holds)));
}
