import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Coordinate } from '../../shared/access/labels';
import { type Agency, enumName } from '../../shared/domain/agencies';
import { documentCache } from '../../shared/protocol/document-cache';
import {
  type Conditions,
  conditionKey,
  conditionsOf,
  FieldCollector,
  type Fields,
  type RuntimeType,
} from '../federation/execution/collect-fields';
import { childIdsInOperation } from '../request/child-ids-in-operation';
import { type DocumentOperation, fragmentsOf } from '../request/operation';
import { type AskedPlaces, askedPlaces, numberOf } from './asked-places';
import { CHILD, KEY, withChildKeys } from './child-keys';
import { type Fits, responseValidator } from './response-validator';

type Variables = Readonly<Record<string, unknown>>;
type Entity = Record<string, unknown>;

/** A planned operation for one agency, read once per text. */
export interface SubgraphOperation {
  /** The text that is sent: the planner's, with the key of each entity added. */
  readonly text: string;
  /** Identifies the operation without the name that the planner gave it. */
  readonly asked: string;
  readonly mutation: boolean;
  /** Whether it asks for entities by representations; otherwise it begins at the root. */
  readonly ofEntities: boolean;
  /** Whether data has the shape of the operation, and its entities are the requested ones in their order. */
  fits(data: unknown, variables: Variables): boolean;
  /** The top fields: of the root, or of the entities. */
  missing(variables: Variables): readonly MissingField[];
  /** Replaces an entity that was not answered: each field null, or [] for a list. */
  standIn(representation: unknown, variables: Variables): Entity;
  /** All fields of the operation, at any depth. */
  coordinates(variables: Variables): readonly Coordinate[];
  /** The pseudonyms of children in its text and its variables. */
  children(variables: Variables): readonly string[];
  /** Every place that an answer can have, below `_entities` or the root. */
  readonly places: AskedPlaces;
  /** The number of these places. */
  readonly size: number;
}

export interface MissingField {
  readonly coordinate: Coordinate;
  /** Its key in the answer. */
  readonly key: string;
}

/**
 * Reads planned operations for one agency.
 *
 * @param schema of the supergraph, including elements that clients cannot access.
 */
export function subgraphOperations(schema: GraphQLSchema, agency: Agency): (text: string) => SubgraphOperation {
  const known = documentCache<SubgraphOperation>();
  return (text) => {
    let prepared = known.get(text);
    if (prepared === undefined) {
      prepared = prepare(schema, agency, text);
      known.set(text, prepared);
    }
    return prepared;
  };
}

function prepare(schema: GraphQLSchema, agency: Agency, planned: string): SubgraphOperation {
  const found = hasKey(schema, CHILD, agency) ? withChildKeys(schema, planned) : planned;
  const plannedEntities = entitiesIn(operationOf(parse(found)));
  const text = plannedEntities?.selectionSet ? withKeys(found, plannedEntities.selectionSet) : found;
  const document = parse(text, { noLocation: true });
  const operation = operationOf(document);
  const asked: DocumentOperation = { document, operation };
  const entities = entitiesIn(operation);
  const root = schema.getRootType(operation.operation) ?? undefined;
  const places = askedPlaces(schema, fragmentsOf(document), root, operation.selectionSet);
  const readings = new LRUCache<string, Reading>({ max: REMEMBERED_READINGS });

  return {
    text,
    asked: planned.replace(/^(\w+)\s+\w+/, '$1'),
    mutation: operation.operation === 'mutation',
    ofEntities: entities !== undefined,
    fits: (data, variables) => (entities === undefined ? rootFits : entitiesFit)(data, variables, read(variables)),
    missing(variables) {
      const { fieldsAtTop } = read(variables);
      return typesAtTop(variables)
        .flatMap(possible)
        .flatMap((type) =>
          [...fieldsAtTop(type)].flatMap(([key, [node]]) =>
            node === undefined || key === KEY || node.name.value === '__typename'
              ? []
              : [{ key, coordinate: `${type.name}.${node.name.value}` }],
          ),
        );
    },
    standIn(representation, variables) {
      const type = typeOf(representation);
      const entity: Entity = Object.create(null);
      if (type === undefined) return entity;
      for (const [key, [node]] of read(variables).fieldsAtTop(type)) {
        const name = node?.name.value ?? '';
        const field = type.getFields()[name];
        if (key === KEY) continue;
        entity[key] = name === '__typename' ? type.name : isListType(getNullableType(field?.type)) ? [] : null;
      }
      return entity;
    },
    coordinates(variables) {
      const found = new Set<Coordinate>();
      const { collect, fieldsAtTop } = read(variables);
      for (const type of typesAtTop(variables).flatMap(possible)) {
        collectCoordinates(type, fieldsAtTop(type), collect, found);
      }
      return [...found];
    },
    children: (variables) => childIdsInOperation(asked, variables),
    places,
    size: numberOf(places),
  };

  /** Adds the key of each entity that the agency identifies by a field `id`. */
  function withKeys(query: string, { selections, loc }: SelectionSetNode): string {
    const types = new Set(
      selections.flatMap((node) => (node.kind === Kind.INLINE_FRAGMENT ? (node.typeCondition?.name.value ?? []) : [])),
    );
    const keyed = [...types].filter((name) => hasKey(schema, name, agency));
    const end = (loc?.end ?? 0) - 1;
    return `${query.slice(0, end)}${keyed.map((name) => `...on ${name}{${KEY}:id}`).join('')}${query.slice(end)}`;
  }

  /** The operation for these values of its conditions; most texts have none. */
  function read(variables: Variables): Reading {
    const conditions = conditionsOf(asked, variables);
    const key = conditionKey(conditions);
    let reading = readings.get(key);
    if (reading === undefined) {
      reading = readingUnder(conditions);
      readings.set(key, reading);
    }
    return reading;
  }

  function readingUnder(conditions: Conditions): Reading {
    const collect = new FieldCollector(schema, asked, conditions);
    const shapeOf = responseValidator(schema, collect);
    const shapes = new Map<RuntimeType, Fits>();
    const fieldsAtTop = (type: RuntimeType): Fields =>
      entities === undefined ? collect.root(type as GraphQLObjectType) : collect.below(type, [entities]);
    return {
      collect,
      fieldsAtTop,
      shapeFor(type) {
        const shape = shapes.get(type) ?? shapeOf(type, fieldsAtTop);
        shapes.set(type, shape);
        return shape;
      },
    };
  }

  function rootFits(data: unknown, _: Variables, { shapeFor }: Reading): boolean {
    // An error at a non-null root field leaves no data.
    return root === undefined || data === null || shapeFor(root)(data);
  }

  function entitiesFit(data: unknown, { representations }: Variables, { shapeFor }: Reading): boolean {
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
      if (id !== undefined && representation.id !== undefined && String(id) !== String(representation.id)) return false;
    }
    return true;
  }

  /** An agency that has an object type for an interface (`@interfaceObject`) answers with the interface's name. */
  function typeOf(representation: unknown): RuntimeType | undefined {
    const type = schema.getType(String((representation as { __typename?: unknown } | null)?.__typename));
    return isObjectType(type) || isInterfaceType(type) ? type : undefined;
  }

  function typesAtTop({ representations }: Variables): readonly RuntimeType[] {
    if (entities === undefined) return root === undefined ? [] : [root];
    if (!Array.isArray(representations)) return [];
    return [...new Set(representations.map(typeOf))].filter((type) => type !== undefined);
  }

  /** Below an interface, the object may be of any of its types. */
  function possible(type: GraphQLCompositeType): readonly GraphQLObjectType[] {
    return isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  }

  function collectCoordinates(
    type: RuntimeType,
    fields: Fields,
    collect: FieldCollector,
    found: Set<Coordinate>,
  ): void {
    for (const [key, nodes] of fields) {
      const name = nodes[0]?.name.value ?? '';
      const field = type.getFields()[name];
      if (field === undefined || key === KEY) continue;
      found.add(`${type.name}.${name}`);
      const target = getNamedType(field.type);
      if (!isCompositeType(target)) continue;
      for (const one of possible(target)) collectCoordinates(one, collect.below(one, nodes), collect, found);
    }
  }
}

// Private:

/** An operation for some values of its conditions. */
interface Reading {
  readonly collect: FieldCollector;
  /** Selections of the root, or of an entity of this type. */
  fieldsAtTop(type: RuntimeType): Fields;
  shapeFor(type: RuntimeType): Fits;
}

/** Variants in memory for one text: the client chooses the conditions, so their number must be bounded. */
const REMEMBERED_READINGS = 16;

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION)
    throw new Error('The planner sent a document without an operation.');
  return operation;
}

function entitiesIn({ selectionSet }: OperationDefinitionNode): FieldNode | undefined {
  for (const node of selectionSet.selections) {
    if (node.kind === Kind.FIELD && node.name.value === '_entities') return node;
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
