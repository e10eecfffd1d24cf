import { ROLES } from '../../../shared/domain/caller';
import { PURPOSES } from '../../../shared/domain/purpose';
import type { Product } from './products';
import type { Dimension } from './record-space';
import type { Stating } from './sample-request';

/** The dimension of the callers' regions. */
export const CALLERS = 'callers';

/** Callers, purposes and records in words; empty if there is nothing to say. */
export interface Words {
  readonly who: string;
  readonly purposes: readonly string[];
  readonly conditions: readonly string[];
}

/** All possible values. */
export interface Universe {
  readonly agencies: readonly string[];
  readonly statings: readonly Stating[];
}

export function wordsOf(
  [roles, agencies, statings, ...rest]: Product,
  dimensions: readonly Dimension[],
  all: Universe,
): Words {
  return {
    who: `${rolesIn(roles ?? new Set())}${agenciesIn(agencies ?? new Set(), all.agencies)}`,
    purposes: purposesIn(statings ?? new Set(), all.statings),
    conditions: dimensions.flatMap((dimension, index) => conditionOf(dimension, rest[index] ?? new Set())),
  };
}

/** `a, b and c` */
export function listed(names: readonly string[], last = 'and'): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;
}

/** Of a longer list of fields, the rest is only counted: `Enrolment.school, Enrolment.grade and 5 more fields`. */
export function fieldsIn(fields: readonly string[]): string {
  if (fields.length <= FIELDS_LISTED) return listed(fields);
  return `${fields.slice(0, FIELDS_LISTED - 1).join(', ')} and ${fields.length - FIELDS_LISTED + 1} more fields`;
}

// Private:

const FIELDS_LISTED = 3;

/** Longer lists of roles are described by their exceptions. */
const ROLES_LISTED = 5;

function rolesIn(roles: ReadonlySet<string>): string {
  const others = ROLES.filter((role) => !roles.has(role));
  if (others.length === 0) return 'all roles';
  return roles.size > ROLES_LISTED ? `all roles but ${listed(others)}` : listed([...roles]);
}

function agenciesIn(agencies: ReadonlySet<string>, all: readonly string[]): string {
  const others = all.filter((agency) => !agencies.has(agency));
  if (others.length === 0) return '';
  return others.length < agencies.size ? ` of all agencies but ${listed(others)}` : ` of ${listed([...agencies])}`;
}

/** A purpose with all its statements is named without them; most purposes by their exceptions. */
function purposesIn(chosen: ReadonlySet<string>, all: readonly Stating[]): readonly string[] {
  const isChosen = ({ name }: Stating) => chosen.has(name);
  const others = all.filter((stating) => !isChosen(stating));
  if (others.length === 0) return ['any purpose'];
  const purposes = summed(others, all);
  return purposes.length <= PURPOSES_EXCEPTED
    ? [`any purpose but ${listed(purposes)}`]
    : summed(all.filter(isChosen), all);
}

const PURPOSES_EXCEPTED = 4;

function summed(some: readonly Stating[], all: readonly Stating[]): readonly string[] {
  return PURPOSES.flatMap((purpose) => {
    const [own, possible] = [some, all].map((list) => list.filter((stating) => stating.purpose === purpose));
    if (own === undefined || own.length === 0) return [];
    return own.length === possible?.length ? [purpose] : own.map(({ name }) => name);
  });
}

function conditionOf({ attribute, values }: Dimension, chosen: ReadonlySet<string>): readonly string[] {
  if (attribute === CALLERS)
    return chosen.size === values.length ? [] : [`for callers of ${listed([...chosen], 'or')}`];
  if (attribute === 'region') return regionsIn(chosen, values);
  // Skips a dimension with all values, and one that only says that there is a child.
  if (chosen.size === values.length || (chosen.size === 1 && chosen.has('given'))) return [];
  const names = values.filter(({ name }) => chosen.has(name)).map(({ name }) => name);
  return [`where ${attribute} is ${listed(names, 'or')}`];
}

/** The caller's own region is the default. */
function regionsIn(chosen: ReadonlySet<string>, regions: Dimension['values']): readonly string[] {
  if (chosen.size === regions.length) return ['in any region'];
  const names = regions.filter(({ name }) => chosen.has(name)).map(({ name }) => name);
  return names.length === 1 && names[0] === regions[0]?.name ? [] : [listed(names, 'or')];
}
