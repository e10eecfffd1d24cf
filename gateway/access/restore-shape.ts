import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import { RUNTIME_TYPE_KEY } from './filter-operation';
import type { Verdicts } from './verdicts';

type Data = Readonly<Record<string, unknown>>;

/** What takes the place of an object that has lost a field that must not be null. */
const LOST = Symbol('lost');

export interface Restoration {
  readonly schema: GraphQLSchema;
  /** As the client sent it. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly verdicts: Verdicts;
}

/**
 * Brings the answer to a filtered operation back into the shape that the client asked for: what was taken out is null, or
 * [] where it is a list, or an empty page where it is a connection, as its agency would answer; where the schema says
 * non-null, the null moves up as it does in GraphQL (spec, 6.4.4).
 */
export function restoreShape(
  data: Data | null,
  { schema, document, operation, variables, verdicts }: Restoration,
): Data | null {
  const root = schema.getRootType(operation.operation);
  if (data === null || root == null) return null;
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  const restored = restoreFields(
    root,
    collectFields(schema, fragments, variables as Record<string, unknown>, root, operation.selectionSet),
    data,
  );
  return restored === LOST ? null : (restored as Data);

  function restoreFields(type: GraphQLObjectType, fields: Fields, source: Data): Data | typeof LOST {
    const result: Record<string, unknown> = Object.create(null);
    for (const [key, nodes] of fields) {
      const name = nodes[0]?.name.value ?? '';
      if (name === '__typename') {
        result[key] = type.name;
        continue;
      }
      const definition = type.getFields()[name];
      // Introspection, which belongs to no type, is as it was answered.
      if (definition === undefined) {
        result[key] = source[key] ?? null;
        continue;
      }
      const refused = verdicts.refused.has(`${type.name}.${name}`);
      const given = source[STAND_INS.has(source) ? name : key];
      const value = restoreValue(definition.type, nodes, refused ? emptyValue(definition.type) : given);
      if (value === LOST) return LOST;
      result[key] = value;
    }
    return result;
  }

  function restoreValue(type: GraphQLOutputType, nodes: readonly FieldNode[], value: unknown): unknown {
    if (isNonNullType(type)) {
      const inner = restoreValue(type.ofType, nodes, value);
      return inner === null ? LOST : inner;
    }
    // Taken out, or never answered: both look like "there is no data".
    if (value === undefined) return isListType(type) ? [] : null;
    if (value === null) return null;
    if (isListType(type)) {
      const items = (value as readonly unknown[]).map((item) => restoreValue(type.ofType, nodes, item ?? null));
      return items.includes(LOST) ? null : items;
    }
    if (!isCompositeType(type)) return value;
    const source = value as Data;
    const runtimeType = isAbstractType(type) ? schema.getType(String(source[RUNTIME_TYPE_KEY])) : type;
    if (!isObjectType(runtimeType)) return value;
    const subfields = collectSubfields(
      schema,
      fragments,
      variables as Record<string, unknown>,
      runtimeType,
      nodes as FieldNode[],
    );
    const restored = restoreFields(runtimeType, subfields, source);
    return restored === LOST ? null : restored;
  }
}

type Fields = ReadonlyMap<string, readonly FieldNode[]>;

/** A page of nothing: Relay's Cursor Connections, with the total that lists have here. */
const EMPTY_PAGE = {
  edges: [],
  nodes: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  totalCount: 0,
};

/** These have their fields under the schema's names, an answer under the names that the client gave them. */
const STAND_INS: ReadonlySet<unknown> = new Set([EMPTY_PAGE, EMPTY_PAGE.pageInfo]);

/** A list that is refused must not take the rest of the answer with it only because its page is never null. */
function emptyValue(type: GraphQLOutputType): unknown {
  const target = isNonNullType(type) ? type.ofType : undefined;
  const page = isObjectType(target) && 'edges' in target.getFields() && 'pageInfo' in target.getFields();
  return page ? EMPTY_PAGE : undefined;
}
