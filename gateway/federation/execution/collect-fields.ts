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

/** Response keys in the order of the operation, each with all nodes that ask for it: `{ a { x } a { y } }` has two for `a`. */
export type Fields = ReadonlyMap<string, readonly FieldNode[]>;

/**
 * What an object is. An agency that has another type for an interface (`@interfaceObject`) answers with the interface's
 * own name.
 */
export type RuntimeType = GraphQLObjectType | GraphQLInterfaceType;

/** Values of the variables that `@skip` and `@include` name. */
export type Conditions = Readonly<Record<string, unknown>>;

/**
 * What an operation asks for under given conditions: the one way in which everything here that reads operations with their
 * variables finds the fields of an object (spec, 6.3.2 CollectFields and 6.4.3 MergeSelectionSets). A selection that
 * `@skip`, `@include` or a type condition leaves out is left out with all below it, and adds nothing to another of the
 * same response key.
 */
export class FieldCollector {
  private readonly schema: GraphQLSchema;
  private readonly fragments: ReturnType<typeof fragmentsOf>;
  private readonly selectionSet: OperationDefinitionNode['selectionSet'];
  private readonly conditions: Record<string, unknown>;

  /** @param conditions complete, as of `conditionsOf` or of coerced variables. */
  constructor(schema: GraphQLSchema, { document, operation }: DocumentOperation, conditions: Conditions) {
    this.schema = schema;
    this.fragments = fragmentsOf(document);
    this.selectionSet = operation.selectionSet;
    this.conditions = conditions as Record<string, unknown>;
  }

  /** At the root of the operation. */
  root(type: GraphQLObjectType): Fields {
    return collectFields(this.schema, this.fragments, this.conditions, type, this.selectionSet);
  }

  /** Below a field, of an object of this type. */
  below(type: RuntimeType, nodes: readonly FieldNode[]): Fields {
    return collectSubfields(
      this.schema,
      this.fragments,
      this.conditions,
      // The library looks at possible types alone, which an interface has as well.
      type as GraphQLObjectType,
      nodes as FieldNode[],
    );
  }
}

/** What a document's conditions depend on, of variables as they are sent: those that are not there have their defaults. */
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

/** The same for the same conditions, whatever else an operation's variables hold. */
export const conditionKey = (conditions: Conditions): string => Object.values(conditions).join();
