import { type GraphQLSchema, isObjectType } from 'graphql';
import type { DataClassName } from '../../shared/access/catalogue';
import { type Coordinate, classesOf, type Requirement } from '../../shared/access/labels';
import type { Agency } from '../../shared/domain/agencies';
import type { Requirements } from '../access/requirements';
import type { AskedPlace, AskedPlaces } from './asked-places';
import { type ChildKeys, childKeysIn } from './child-keys';
import { targetOf } from './coordinates';
import { type LabelledPlaces, labelledPlaces } from './labelled-places';
import type { SubgraphOperation } from './subgraph-operation';
import { type ThingPlaces, thingPlaces } from './thing-places';

/** What an agency may report beside its answer to one operation, computed once per text. */
export interface ExpectedReport {
  readonly agency: Agency;
  readonly places: AskedPlaces;
  /** The number of places. */
  readonly size: number;
  /** Fields that a requested list can be filtered by: those of its items. */
  readonly filters: ReadonlySet<Coordinate>;
  /** The agency's own data classes that the operation may access. */
  readonly classes: ReadonlySet<DataClassName>;
  /** Where the answer has the ids of its children. */
  readonly childKeys: ChildKeys;
  /** The requirements of its labels. */
  readonly labelled: LabelledPlaces;
  /** Places of things about children that the answer need not name. */
  readonly things: ThingPlaces;
}

export function expectedReport(
  { places, size, ofEntities, mutation }: Pick<SubgraphOperation, 'places' | 'size' | 'ofEntities' | 'mutation'>,
  {
    agency,
    schema,
    requirements,
  }: { readonly agency: Agency; readonly schema: GraphQLSchema; readonly requirements: Requirements },
): ExpectedReport {
  const classes = new Set<DataClassName>();
  const filters = new Set<Coordinate>();
  const add = (requirement: Requirement = []): boolean => {
    const own = classesOf(requirement).filter((name) => name.startsWith(`${agency}.`));
    for (const name of own) classes.add(name);
    return own.length > 0;
  };
  const look = ({ coordinates, below }: AskedPlace): void => {
    for (const coordinate of coordinates) {
      const target = targetOf(schema, coordinate);
      add(requirements.own.get(coordinate));
      add(requirements.toExist.get(target));
    }
    for (const place of below.values()) look(place);
  };
  for (const place of places.values()) look(place);
  // A list reports the fields that it is filtered by, even if they are not selected.
  if (!ofEntities) for (const name of listedIn(schema, places)) addAll(name);

  return {
    agency,
    places,
    size,
    filters,
    classes,
    childKeys: childKeysIn(places),
    labelled: labelledPlaces(
      places,
      schema,
      requirements,
      agency,
      ofEntities ? 'ENTITIES' : mutation ? 'MUTATION' : 'QUERY',
    ),
    things: thingPlaces(schema, places, !ofEntities),
  };

  function addAll(typeName: string): void {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return;
    for (const field of Object.keys(type.getFields())) {
      const coordinate = `${typeName}.${field}`;
      if (add(requirements.own.get(coordinate))) filters.add(coordinate);
    }
  }
}

/** Names of the types that root fields list in pages. */
function listedIn(schema: GraphQLSchema, places: AskedPlaces): readonly string[] {
  return [...places.values()].flatMap(({ coordinates }) =>
    [...coordinates].flatMap((coordinate) => {
      const page = targetOf(schema, coordinate);
      const listed = targetOf(schema, `${page}.nodes`);
      return listed === '' ? [] : [listed];
    }),
  );
}
