import type { GraphQLSchema } from 'graphql';
import type { Requirement } from '../../shared/access/labels';
import type { Agency } from '../../shared/domain/agencies';
import type { Requirements } from '../access/requirements';
import type { AskedPlaces } from './asked-places';
import { CHILD } from './child-keys';
import { targetOf } from './coordinates';
import { isPage, isThing } from './thing-places';

/** The data classes that the labels of an operation require, place by place. */
export interface LabelledPlaces {
  readonly below: readonly LabelledPlace[];
  /** The requirements of all places together. */
  readonly requirement: Requirement;
  /** Whether the answer can only be about the children that the agency is asked about. */
  readonly onlyAsked: boolean;
}

export interface LabelledPlace {
  /** The response key. */
  readonly key: string;
  readonly requirement: Requirement;
  /** The requirement of the place and everything below, if all of it belongs to the record of the place; else undefined. */
  readonly within: Requirement | undefined;
  /** A child, a thing that may be about another child, or a page of a list; anything else belongs to the record above it. */
  readonly holds: 'CHILD' | 'THING' | 'PAGE' | 'PART';
  /** Whether it is a root field of a query, which finds everything below it. */
  readonly isRoot: boolean;
  readonly below: readonly LabelledPlace[];
}

export function labelledPlaces(
  places: AskedPlaces,
  schema: GraphQLSchema,
  { own }: Pick<Requirements, 'own'>,
  agency: Agency,
  kind: 'ENTITIES' | 'QUERY' | 'MUTATION',
): LabelledPlaces {
  const all: Requirement[number][] = [];
  let onlyAsked = kind === 'ENTITIES';
  const read = (places: AskedPlaces, depth: number): readonly LabelledPlace[] => {
    const found: LabelledPlace[] = [];
    for (const [key, { coordinates, below }] of places) {
      const entities = kind === 'ENTITIES' && depth === 0;
      const [coordinate = '', ...others] = coordinates;
      const target = entities ? entityOf(below) : targetOf(schema, coordinate);
      // Below an interface, the accesses depend on the type of the object.
      const requirement = others.length > 0 ? [] : ofAgency(own.get(coordinate) ?? [], agency);
      const holds = holdsOf(schema, target);
      if (!entities && (holds === 'CHILD' || holds === 'THING')) onlyAsked = false;
      all.push(...requirement);
      // For the result of a mutation, agencies report things and children, not their parts.
      const deeper = kind === 'MUTATION' || others.length > 0 ? NONE : read(below, depth + 1);
      if (requirement.length === 0 && deeper.length === 0 && holds !== 'CHILD') continue;
      const whole = holds === 'PART' ? [[requirement], deeper.map(({ within }) => within)].flat() : [undefined];
      const within = whole.includes(undefined) ? undefined : distinct(whole.flatMap((part) => part ?? []));
      found.push({ key, requirement, within, holds, isRoot: kind === 'QUERY' && depth === 0, below: deeper });
    }
    return found;
  };
  const below = read(places, 0);
  return { below, requirement: distinct(all), onlyAsked };
}

/** The classes of one agency: a shared field has classes of each agency that answers it. */
const ofAgency = (requirement: Requirement, agency: Agency): Requirement =>
  requirement.map((sets) => sets.map((set) => set.filter((name) => name.startsWith(`${agency}.`))));

/** The type of the requested entities; undefined if there are several. */
function entityOf(fields: AskedPlaces): string {
  const coordinates = [...fields.values()].flatMap((place) => [...place.coordinates]);
  const types = new Set(coordinates.map((coordinate) => coordinate.split('.')[0] ?? ''));
  const [type = ''] = types;
  return types.size === 1 ? type : '';
}

const distinct = (requirement: Requirement): Requirement => [
  ...new Map(requirement.map((sets) => [JSON.stringify(sets), sets])).values(),
];

const NONE: readonly LabelledPlace[] = [];

function holdsOf(schema: GraphQLSchema, typeName: string): LabelledPlace['holds'] {
  if (typeName === CHILD) return 'CHILD';
  if (isThing(schema, typeName)) return 'THING';
  return isPage(schema, typeName) ? 'PAGE' : 'PART';
}
