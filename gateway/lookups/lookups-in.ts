import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  visit,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields';
import { getArgumentValues, getVariableValues } from 'graphql/execution/values';
import { type DocumentOperation, fragmentsOf } from '../request/operation';
import type { Lookup } from '../request/request-lookups';

/**
 * Compiles a function that finds the lookups of an operation with its variables, after `@skip` and `@include`, under
 * any alias and in any fragment. An invalid operation has none; it is refused later.
 *
 * @example `query ($n: String!) { child: childByIdNumber(idNumber: $n) { id } }` with `{ n: '99…' }` has `[{ key:
 *   'child', numbers: ['99…'] }]`
 */
export type LookupsIn = (operation: DocumentOperation) => (variables: Variables) => readonly Lookup[];

type Variables = Readonly<Record<string, unknown>>;

/** The name of arguments and input fields that take a resident ID number. */
const ID_NUMBER = 'idNumber';

/** @param schema the API schema: every root field that takes an ID number is a lookup. */
export function lookupsIn(schema: GraphQLSchema): LookupsIn {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type != null);
  const names = new Set(roots.flatMap(lookupFields));
  return (operation) => {
    if (!hasFieldOf(operation.document, names)) return () => NO_LOOKUPS;
    return (variables) => {
      try {
        return selectedLookups(schema, operation, variables, names);
      } catch {
        // Arguments or conditions that do not fit the schema; refused later.
        return NO_LOOKUPS;
      }
    };
  };
}

// Private:

const NO_LOOKUPS: readonly Lookup[] = [];

function hasFieldOf(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (!names.has(name.value)) return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

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
  { document, operation }: DocumentOperation,
  variables: Variables,
  names: ReadonlySet<string>,
): readonly Lookup[] {
  const root = schema.getRootType(operation.operation);
  if (root == null) return NO_LOOKUPS;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (coerced === undefined) return NO_LOOKUPS;
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
