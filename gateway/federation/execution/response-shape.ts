import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Coordinate } from '../../../shared/access/labels';
import type { DocumentOperation } from '../../request/operation';
import { leafValue } from '../leaf-value';
import { FieldCollector, type Fields, type RuntimeType } from './collect-fields';
import { type Gap, GapFinder, type GapReason } from './gaps';
import { type Data, isData, own, put } from './own';
import { planKey } from './plan-keys';

export interface ShapeOptions {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  /** The client's operation. */
  readonly asked: DocumentOperation;
  /** The filtered operation that was executed; null if nothing was left. */
  readonly left: DocumentOperation | null;
  /** Refused fields, which are answered like missing data. */
  readonly refused: { has(coordinate: Coordinate): boolean };
  /** The variables; shapes depend only on those of `@skip` and `@include`. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Shaped {
  readonly data: Data | null;
  /** Nulls that no agency returned. */
  readonly gaps: readonly Gap[];
}

/**
 * Completes the subgraphs' answers to the client's operation; a value that does not fit its field's type becomes null.
 */
export type ResponseShape = (answered: Data, introspected?: Data) => Shaped;

/** Marks an object whose non-null field is missing. */
const LOST = Symbol('lost');

/** @returns LOST if a non-null value is missing: the null propagates (spec, 6.4.4). */
type Complete = (value: unknown, introspected?: Data) => unknown;

/** One field of an object. */
interface Part {
  readonly key: string;
  /** The key in the plan. */
  readonly planned: string;
  /** Whether the key is not a property of Object.prototype. */
  readonly plain: boolean;
  /** The field, if a subgraph must have answered it. */
  readonly coordinate?: Coordinate;
  readonly complete: Complete;
}

/**
 * Compiles an operation and its filtered form to a function that shapes their answers: fields in the operation's order,
 * without the plan's keys and types. A removed field is answered as its agency would without data: null, [] for a list,
 * or an empty page for a connection.
 */
export function responseShape({ schema, asked, left, refused, variables }: ShapeOptions): ResponseShape {
  const ofAsked = new FieldCollector(schema, asked, variables);
  const ofLeft = left && new FieldCollector(schema, left, variables);
  const root = schema.getRootType(asked.operation.operation);
  if (root == null) throw new Error('The schema has no such operations.');
  const complete = objectOf(root, ofAsked.root(root), ofLeft?.root(root) ?? NO_FIELDS);
  let hasGaps = false;
  /** Set only in a second pass over an answer that has gaps, which is rare. */
  let finder: GapFinder | undefined;
  return (answered, introspected) => {
    hasGaps = false;
    const completed = complete(answered, introspected);
    const data = completed === LOST ? null : completed;
    return { data, gaps: hasGaps ? gapsIn(answered) : NO_GAPS };
  };

  function gapsIn(answered: Data): readonly Gap[] {
    const found = new GapFinder();
    finder = found;
    complete(answered);
    finder = undefined;
    return found.found;
  }

  function gap(coordinate: Coordinate, reason: GapReason): null {
    hasGaps = true;
    finder?.note(coordinate, reason);
    return null;
  }

  function objectOf(type: RuntimeType, asked: Fields, left: Fields) {
    const parts = [...asked].map(([key, nodes]) => part(type, key, nodes, left.get(key)));
    return (source: Data, introspected?: Data): Data | typeof LOST => {
      const result: Data = {};
      for (const { key, planned, plain, coordinate, complete } of parts) {
        finder?.enter(key);
        // Most names are not inherited and need no check.
        const found = plain ? source[planned] : own(source, planned);
        if (found === undefined && coordinate !== undefined && !Object.hasOwn(source, planned)) {
          gap(coordinate, 'UNANSWERED');
        }
        const value = complete(found, introspected);
        finder?.leave();
        if (value === LOST) return LOST;
        if (plain) result[key] = value;
        else put(result, key, value);
      }
      return result;
    };
  }

  function part(
    type: RuntimeType,
    key: string,
    asked: readonly FieldNode[],
    left: readonly FieldNode[] | undefined,
  ): Part {
    const name = asked[0]?.name.value ?? '';
    const coordinate = `${type.name}.${name}`;
    const plain = !(key in Object.prototype);
    const planned = asked[0] === undefined ? key : planKey(asked[0]);
    const always = (value: unknown) => ({
      key,
      planned,
      plain,
      complete(): unknown {
        if (value === LOST) gap(coordinate, name === '__typename' ? 'TYPE' : 'NULL');
        return value;
      },
    });
    // An agency that knows only the interface answered with the interface's name.
    if (name === '__typename') return always(isObjectType(type) ? type.name : LOST);
    const definition = type.getFields()[name];
    if (definition === undefined) {
      return {
        key,
        planned,
        plain,
        complete: (_: unknown, introspected?: Data): unknown => introspected && own(introspected, key),
      };
    }
    if (refused.has(coordinate)) return always(empty(definition.type, asked, NO_PAGE));
    if (left === undefined) return always(empty(definition.type, asked));
    const complete = completion(coordinate, definition.type, asked, left);
    return { key, planned, plain, coordinate, complete };
  }

  function completion(
    coordinate: Coordinate,
    type: GraphQLOutputType,
    asked: readonly FieldNode[],
    left: readonly FieldNode[],
  ): Complete {
    if (isNonNullType(type)) {
      const complete = completion(coordinate, type.ofType, asked, left);
      return (value) => {
        const completed = complete(value);
        if (completed !== null) return completed;
        // The gap of an invalid value, or of a null below, is recorded there.
        if (value === undefined || value === null) gap(coordinate, 'NULL');
        return LOST;
      };
    }
    if (isListType(type)) return listOf(coordinate, completion(coordinate, type.ofType, asked, left));
    if (!isCompositeType(type)) {
      const isValue = leafValue(type);
      return (value) => {
        if (value === undefined || value === null) return null;
        return isValue(value) ? value : gap(coordinate, 'VALUE');
      };
    }
    const shapes = new Map<unknown, ReturnType<typeof objectOf>>();
    const shapeFor = (typeName: unknown) => {
      let shape = shapes.get(typeName);
      const runtimeType: GraphQLNamedType | undefined = typeof typeName === 'string' ? schema.getType(typeName) : type;
      if (shape === undefined && (isObjectType(runtimeType) || isInterfaceType(runtimeType))) {
        shape = objectOf(runtimeType, ofAsked.below(runtimeType, asked), ofLeft?.below(runtimeType, left) ?? NO_FIELDS);
        shapes.set(typeName, shape);
      }
      return shape;
    };
    return (value) => {
      if (value === undefined || value === null) return null;
      if (!isData(value)) return gap(coordinate, 'VALUE');
      const shape = shapeFor(value.__typename);
      if (shape === undefined) return gap(coordinate, 'TYPE');
      const object = shape(value);
      return object === LOST ? null : object;
    };
  }

  function listOf(coordinate: Coordinate, complete: Complete): Complete {
    return (value) => {
      if (value === undefined || value === null) return null;
      if (!Array.isArray(value)) return gap(coordinate, 'VALUE');
      const items: unknown[] = [];
      for (let index = 0; index < value.length; index += 1) {
        finder?.enter(index);
        const completed = complete(value[index]);
        finder?.leave();
        if (completed === LOST) return null;
        items.push(completed);
      }
      return items;
    };
  }

  /** The value of a refused or missing field: null, [] or an empty page, or LOST if it must not be null. */
  function empty(type: GraphQLOutputType, nodes: readonly FieldNode[], page?: Data): unknown {
    if (!isNonNullType(type)) return isListType(type) ? [] : null;
    // A refused list must not make its parent null only because its page is non-null.
    if (page !== undefined && isPage(type.ofType)) return emptyObject(type.ofType, nodes, page);
    return empty(type.ofType, nodes) ?? LOST;
  }

  function emptyObject(type: GraphQLObjectType, nodes: readonly FieldNode[], page: Data): Data | typeof LOST {
    const result: Data = {};
    for (const [key, fields] of ofAsked.below(type, nodes)) {
      const name = fields[0]?.name.value ?? '';
      const field = type.getFields()[name];
      const value = own(page, name);
      const filled = field === undefined ? type.name : filledIn(`${type.name}.${name}`, field.type, fields, value);
      if (filled === LOST) return LOST;
      put(result, key, filled);
    }
    return result;
  }

  function filledIn(coordinate: Coordinate, type: GraphQLOutputType, nodes: readonly FieldNode[], value: unknown) {
    if (refused.has(coordinate)) return empty(type, nodes, NO_PAGE);
    if (value === undefined) return empty(type, nodes);
    return isData(value) ? emptyObject(named(type), nodes, value) : value;
  }
}

// Private:

const NO_FIELDS: Fields = new Map();
const NO_GAPS: readonly Gap[] = [];

/** An empty page of Relay's Cursor Connections, with the total of our lists. */
const NO_PAGE: Data = {
  edges: [],
  nodes: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  totalCount: 0,
};

const isPage = (type: GraphQLOutputType): type is GraphQLObjectType =>
  isObjectType(type) && 'edges' in type.getFields() && 'pageInfo' in type.getFields();

const named = (type: GraphQLOutputType): GraphQLObjectType =>
  (isNonNullType(type) ? type.ofType : type) as GraphQLObjectType;
