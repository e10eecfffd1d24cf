import {
  type DocumentNode,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInputObjectType,
  parse,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields';
import { getArgumentValues, getVariableValues } from 'graphql/execution/values';
import { documentCache } from '../../shared/protocol/document-cache';
import type { OperationSent } from '../limits/operation-limits';
import { TOKEN_LIMIT } from '../limits/text-limits';
import { fragmentsOf } from '../request/operation';
import type { Lookup } from '../request/request-lookups';

/**
 * The lookups that an operation carries out with its variables, after `@skip` and `@include`, by any alias and in any
 * fragment. None of an operation that is not valid: the engine refuses it.
 */
export type LookupsIn = (operation: OperationSent) => readonly Lookup[];

/** An argument, or a field of an input, that takes a resident ID number. */
const ID_NUMBER = 'idNumber';

/** @param schema as clients see it: every root field that takes an ID number is a lookup. */
export function lookupsIn(schema: GraphQLSchema): LookupsIn {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type != null);
  const names = new Set(roots.flatMap(lookupFields));
  const documents = documentCache<DocumentNode>();
  return (operation) => {
    if (![...names].some((name) => operation.query.includes(name))) return [];
    let document = documents.get(operation.query);
    if (document === undefined) {
      document = parsed(operation.query);
      if (document === undefined) return [];
      documents.set(operation.query, document);
    }
    try {
      return selectedLookups(schema, document, operation, names);
    } catch {
      // Arguments or conditions that are not as the schema has them: the engine says so.
      return [];
    }
  };
}

// Private:

function lookupFields(type: GraphQLObjectType): string[] {
  const takesNumber = (name: string, input: GraphQLInputType, seen: ReadonlySet<unknown>): boolean => {
    const named = getNamedType(input);
    if (name === ID_NUMBER) return true;
    if (!isInputObjectType(named) || seen.has(named)) return false;
    const within = new Set([...seen, named]);
    return Object.values(named.getFields()).some((field) => takesNumber(field.name, field.type, within));
  };
  return Object.values(type.getFields())
    .filter(({ args }) => args.some((argument) => takesNumber(argument.name, argument.type, new Set())))
    .map(({ name }) => name);
}

function selectedLookups(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: OperationSent,
  names: ReadonlySet<string>,
): readonly Lookup[] {
  const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : undefined);
  const root = operation && schema.getRootType(operation.operation);
  if (operation == null || root == null) return [];
  const given = (typeof variables === 'object' && variables !== null ? variables : {}) as Record<string, unknown>;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (coerced === undefined) return [];
  const selected = collectFields(schema, fragmentsOf(document), coerced, root, operation.selectionSet);
  return [...selected].flatMap(([key, [node]]) =>
    node !== undefined && names.has(node.name.value) ? [{ key, numbers: numbersOf(root, node, coerced) }] : [],
  );
}

function numbersOf(root: GraphQLObjectType, node: FieldNode, variables: Record<string, unknown>): readonly string[] {
  const field = root.getFields()[node.name.value];
  return field === undefined ? [] : numbersIn(getArgumentValues(field, node, variables));
}

function numbersIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === ID_NUMBER ? [inner].flat().filter((one) => typeof one === 'string') : numbersIn(inner),
  );
}

function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query, { maxTokens: TOKEN_LIMIT, noLocation: true });
  } catch {
    return undefined;
  }
}
