import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import type { Coordinate } from '../../shared/access/labels';
import { type Agency, enumName } from '../../shared/agencies';
import { byText } from '../../shared/by-text';
import { pseudonymsNamed } from '../access/pseudonyms-named';
import { fragmentsOf } from '../federation/execution/operations';
import { answerShape, type Fits } from './answer-shape';
import { type AskedPlaces, askedPlaces, numberOf } from './asked-places';
import { CHILD, KEY, withChildKeys } from './child-keys';

type Variables = Readonly<Record<string, unknown>>;
type Entity = Record<string, unknown>;

/** What a planner's operation for one agency asks for, read once per text. */
export interface PreparedFetch {
  /** What the agency is sent: the planner's text, and with each entity its key. */
  readonly text: string;
  /** What it asks for, whatever the planner has called it. */
  readonly asked: string;
  readonly mutation: boolean;
  /** Of entities, by representations; otherwise it begins at the root. */
  readonly ofEntities: boolean;
  /** Whether data has the shape that was asked for, and entities are those that were asked for, in that order. */
  fits(data: unknown, variables: Variables): boolean;
  /** The fields at the top: of the root, or of the entities. */
  missing(variables: Variables): readonly MissingField[];
  /** What stands in for one entity that was not answered: null, or [] where the schema has a list. */
  standIn(representation: unknown, variables: Variables): Entity;
  /** All fields that are asked for, those below others too. */
  coordinates(variables: Variables): readonly Coordinate[];
  /** Children whom its text and its variables name, as pseudonyms. */
  children(variables: Variables): readonly string[];
  /** Every place that an answer can have, from `_entities` or the root on. */
  readonly places: AskedPlaces;
  /** How many places these are. */
  readonly size: number;
}

export interface MissingField {
  readonly coordinate: Coordinate;
  /** In the answer. */
  readonly key: string;
}

/**
 * Reads what planners send to one agency.
 *
 * @param schema of the supergraph, with what is inaccessible to clients.
 */
export function fetchPreparer(schema: GraphQLSchema, agency: Agency): (text: string) => PreparedFetch {
  const known = byText<PreparedFetch>();
  return (text) => {
    let prepared = known.get(text);
    if (prepared === undefined) {
      prepared = prepare(schema, agency, text);
      known.set(text, prepared);
    }
    return prepared;
  };
}

function prepare(schema: GraphQLSchema, agency: Agency, planned: string): PreparedFetch {
  const found = hasKey(schema, CHILD, agency) ? withChildKeys(schema, planned) : planned;
  const entitySelection = entitiesIn(operationOf(parse(found)));
  const text = entitySelection === undefined ? found : withKeys(found, entitySelection);
  const document = parse(text, { noLocation: true });
  const operation = operationOf(document);
  const fragments = fragmentsOf(document);
  const entities = entitiesIn(operation);
  const root = schema.getRootType(operation.operation) ?? undefined;
  const places = askedPlaces(schema, fragments, root, operation.selectionSet);
  const shapeOf = answerShape(schema, fragments);
  const fits = entities === undefined ? rootFits() : entitiesFit(entities);

  return {
    text,
    asked: planned.replace(/^(\w+)\s+\w+/, '$1'),
    mutation: operation.operation === 'mutation',
    ofEntities: entities !== undefined,
    fits,
    missing: (variables) =>
      typesAtTop(variables).flatMap((type) =>
        [...fieldsAtTop(type, variables)].flatMap(([key, [node]]) =>
          node === undefined || node.name.value === '__typename'
            ? []
            : [{ key, coordinate: `${type.name}.${node.name.value}` }],
        ),
      ),
    standIn(representation, variables) {
      const type = typeOf(representation);
      const entity: Entity = Object.create(null);
      if (type === undefined) return entity;
      for (const [key, [node]] of fieldsAtTop(type, variables)) {
        const name = node?.name.value ?? '';
        const field = type.getFields()[name];
        entity[key] = name === '__typename' ? type.name : isListType(getNullableType(field?.type)) ? [] : null;
      }
      return entity;
    },
    coordinates(variables) {
      const found = new Set<Coordinate>();
      for (const type of typesAtTop(variables))
        collectCoordinates(type, fieldsAtTop(type, variables), variables, found);
      return [...found];
    },
    children: (variables) => pseudonymsNamed(operation, variables),
    places,
    size: numberOf(places),
  };

  /** Under each entity's type, its key, where the agency knows it by one that is called `id`. */
  function withKeys(query: string, { selections, loc }: SelectionSetNode): string {
    const types = new Set(
      selections.flatMap((node) => (node.kind === Kind.INLINE_FRAGMENT ? (node.typeCondition?.name.value ?? []) : [])),
    );
    const keyed = [...types].filter((name) => hasKey(schema, name, agency));
    const end = (loc?.end ?? 0) - 1;
    return `${query.slice(0, end)}${keyed.map((name) => `...on ${name}{${KEY}:id}`).join('')}${query.slice(end)}`;
  }

  function rootFits(): PreparedFetch['fits'] {
    if (root === undefined) return () => true;
    const shape = shapeOf(root, [operation.selectionSet]);
    // An error at a root field that may not be null leaves no data.
    return (data) => data === null || shape(data);
  }

  function entitiesFit(selection: SelectionSetNode): PreparedFetch['fits'] {
    const shapes = new Map<string, Fits>();
    const shapeFor = (type: GraphQLObjectType): Fits => {
      const shape = shapes.get(type.name) ?? shapeOf(type, [selection]);
      shapes.set(type.name, shape);
      return shape;
    };
    return (data, { representations }) => {
      const answered = (data as { _entities?: unknown } | null)?._entities;
      if (!Array.isArray(answered) || !Array.isArray(representations)) return false;
      if (answered.length !== representations.length) return false;
      for (let index = 0; index < answered.length; index += 1) {
        const entity: unknown = answered[index];
        if (entity === null) continue;
        if (typeof entity !== 'object') return false;
        const representation = representations[index];
        const type = typeOf(representation);
        if (type !== undefined && !shapeFor(type)(entity)) return false;
        const { [KEY]: id } = entity as Entity;
        if (id !== undefined && representation.id !== undefined && String(id) !== String(representation.id))
          return false;
      }
      return true;
    };
  }

  function typeOf(representation: unknown): GraphQLObjectType | undefined {
    const type = schema.getType(String((representation as { __typename?: unknown } | null)?.__typename));
    return isObjectType(type) ? type : undefined;
  }

  function typesAtTop({ representations }: Variables): readonly GraphQLObjectType[] {
    if (entities === undefined) return root === undefined ? [] : [root];
    if (!Array.isArray(representations)) return [];
    return [...new Set(representations.map(typeOf))].filter((type) => type !== undefined);
  }

  function fieldsAtTop(type: GraphQLObjectType, variables: Variables) {
    const fields = collectFields(schema, fragments, variables, type, entities ?? operation.selectionSet);
    fields.delete(KEY);
    return fields;
  }

  function collectCoordinates(
    type: GraphQLObjectType,
    fields: ReturnType<typeof fieldsAtTop>,
    variables: Variables,
    found: Set<Coordinate>,
  ): void {
    for (const [, nodes] of fields) {
      const name = nodes[0]?.name.value ?? '';
      const field = type.getFields()[name];
      if (field === undefined) continue;
      found.add(`${type.name}.${name}`);
      const target = getNamedType(field.type);
      // Behind an interface, what was asked for would depend on what is there.
      if (!isObjectType(target)) continue;
      collectCoordinates(target, collectSubfields(schema, fragments, variables, target, nodes), variables, found);
    }
  }
}

// Private:

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('A planner has sent what is no operation.');
  return operation;
}

function entitiesIn({ selectionSet }: OperationDefinitionNode): SelectionSetNode | undefined {
  for (const node of selectionSet.selections) {
    if (node.kind === Kind.FIELD && node.name.value === '_entities') return node.selectionSet;
  }
  return undefined;
}

/** `@join__type(graph: EDUCATION, key: "id")` */
function hasKey(schema: GraphQLSchema, typeName: string, agency: Agency): boolean {
  return (schema.getType(typeName)?.astNode?.directives ?? []).some(({ name, arguments: given = [] }) => {
    const value = (argument: string) => given.find((one) => one.name.value === argument)?.value;
    const graph = value('graph');
    const key = value('key');
    return (
      name.value === 'join__type' &&
      graph?.kind === Kind.ENUM &&
      graph.value === enumName(agency) &&
      key?.kind === Kind.STRING &&
      key.value === 'id'
    );
  });
}
