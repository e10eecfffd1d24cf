import type { GraphQLSchema } from 'graphql';
import type { Requirement } from '../../shared/access/labels';
import type { Agency } from '../../shared/domain/agencies';
import type { Requirements } from '../access/requirements';
import type { AskedPlaces } from './asked-places';
import { CHILD } from './child-keys';
import { targetOf } from './coordinates';
import { isPage, isThing } from './thing-places';

/** What the labels of an operation ask for, place by place. */
export interface LabelledPlaces {
  readonly below: ReadonlyMap<string, LabelledPlace>;
  /** All of it together. */
  readonly requirement: Requirement;
  /** Whether the answer is about the children whom the agency is asked about, and leads to no other. */
  readonly onlyAsked: boolean;
}

export interface LabelledPlace {
  readonly requirement: Requirement;
  /** Together with all that is below, where all of it belongs to what the place hangs on; else undefined. */
  readonly within: Requirement | undefined;
  /** A child, a thing that need not be about the child above it, a page of a list; anything else belongs to what it hangs on. */
  readonly holds: 'CHILD' | 'THING' | 'PAGE' | 'PART';
  /** Of a query: whatever is found below it was found by it. */
  readonly isRoot: boolean;
  readonly below: ReadonlyMap<string, LabelledPlace>;
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
  const read = (places: AskedPlaces, depth: number): ReadonlyMap<string, LabelledPlace> => {
    const found = new Map<string, LabelledPlace>();
    for (const [key, { coordinates, below }] of places) {
      const entities = kind === 'ENTITIES' && depth === 0;
      const [coordinate = '', ...others] = coordinates;
      const target = entities ? entityOf(below) : targetOf(schema, coordinate);
      // Behind an interface, what was looked at depends on what is there.
      const requirement = others.length > 0 ? [] : ofAgency(own.get(coordinate) ?? [], agency);
      const holds = holdsOf(schema, target);
      if (!entities && (holds === 'CHILD' || holds === 'THING')) onlyAsked = false;
      all.push(...requirement);
      // Of what a mutation answers, things and children are noted and parts of them are not.
      const deeper = kind === 'MUTATION' || others.length > 0 ? NONE : read(below, depth + 1);
      if (requirement.length === 0 && deeper.size === 0 && holds !== 'CHILD') continue;
      const whole =
        holds === 'PART' ? [[requirement], [...deeper.values()].map(({ within }) => within)].flat() : [undefined];
      const within = whole.includes(undefined) ? undefined : distinct(whole.flatMap((part) => part ?? []));
      found.set(key, { requirement, within, holds, isRoot: kind === 'QUERY' && depth === 0, below: deeper });
    }
    return found;
  };
  const below = read(places, 0);
  return { below, requirement: distinct(all), onlyAsked };
}

/** What one agency looks at: of a field that several answer, each has classes of its own. */
const ofAgency = (requirement: Requirement, agency: Agency): Requirement =>
  requirement.map((sets) => sets.map((set) => set.filter((name) => name.startsWith(`${agency}.`))));

/** The type of entities, by the fields that are asked of them; none where they are of several. */
function entityOf(fields: AskedPlaces): string {
  const coordinates = [...fields.values()].flatMap((place) => [...place.coordinates]);
  const types = new Set(coordinates.map((coordinate) => coordinate.split('.')[0] ?? ''));
  const [type = ''] = types;
  return types.size === 1 ? type : '';
}

const distinct = (requirement: Requirement): Requirement => [
  ...new Map(requirement.map((sets) => [JSON.stringify(sets), sets])).values(),
];

const NONE: ReadonlyMap<string, LabelledPlace> = new Map();

function holdsOf(schema: GraphQLSchema, typeName: string): LabelledPlace['holds'] {
  if (typeName === CHILD) return 'CHILD';
  if (isThing(schema, typeName)) return 'THING';
  return isPage(schema, typeName) ? 'PAGE' : 'PART';
}
