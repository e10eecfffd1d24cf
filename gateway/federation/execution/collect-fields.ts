import {
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import { type DocumentOperation, fragmentsOf } from '../../request/operation';
import { conditionVariables } from './condition-variables';

/**
 * Response keys in the order of the operation, each with all field nodes of that key: `{ a { x } a { y } }` has two for
 * `a`.
 */
export type Fields = ReadonlyMap<string, readonly FieldNode[]>;

/**
 * The type of an object. An agency with an object type for an interface (`@interfaceObject`) answers with the
 * interface's name.
 */
export type RuntimeType = GraphQLObjectType | GraphQLInterfaceType;

/** Values of the variables that `@skip` and `@include` name. */
export type Conditions = Readonly<Record<string, unknown>>;

/**
 * Collects an operation's fields under given conditions, for all code that reads operations with their variables (spec,
 * 6.3.2 CollectFields and 6.4.3 MergeSelectionSets). A selection excluded by `@skip`, `@include` or a type condition is
 * excluded with everything below it, and adds nothing to another selection of the same response key.
 */
export class FieldCollector {
  private readonly schema: GraphQLSchema;
  private readonly fragments: ReturnType<typeof fragmentsOf>;
  private readonly selectionSet: OperationDefinitionNode['selectionSet'];
  private readonly conditions: Record<string, unknown>;

  /** @param conditions complete: from `conditionsOf`, or coerced variables. */
  constructor(schema: GraphQLSchema, { document, operation }: DocumentOperation, conditions: Conditions) {
    this.schema = schema;
    this.fragments = fragmentsOf(document);
    this.selectionSet = operation.selectionSet;
    this.conditions = conditions as Record<string, unknown>;
  }

  /** The fields at the root of the operation. */
  root(type: GraphQLObjectType): Fields {
    return collectFields(this.schema, this.fragments, this.conditions, type, this.selectionSet);
  }

  /** The fields below a field, for an object of this type. */
  below(type: RuntimeType, nodes: readonly FieldNode[]): Fields {
    return collectSubfields(
      this.schema,
      this.fragments,
      this.conditions,
      // The library only checks possible types, which also works for an interface.
      type as GraphQLObjectType,
      nodes as FieldNode[],
    );
  }
}

/** The values of the variables in a document's conditions, with their defaults if they were not sent. */
export function conditionsOf(
  { document, operation }: DocumentOperation,
  variables: Readonly<Record<string, unknown>>,
): Conditions {
  const names = conditionVariables(document);
  if (names.length === 0) return NO_CONDITIONS;
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
  );
  return Object.fromEntries(
    names.map((name) => {
      const defaultValue = defaults.get(name);
      const value = Object.hasOwn(variables, name)
        ? variables[name]
        : defaultValue && valueFromASTUntyped(defaultValue);
      return [name, value];
    }),
  );
}

export const NO_CONDITIONS: Conditions = Object.freeze({});

/** A key that depends only on the conditions, not on the operation's other variables. */
export const conditionKey = (conditions: Conditions): string => Object.values(conditions).join();
