import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isObjectType,
  type OperationTypeNode,
} from 'graphql';

/**
 * Costs in a supergraph, by the GraphQL Cost Directives specification (IBM, 2021) as federation composes it:
 * `@cost(weight)` and `@listSize`, linked from https://specs.apollo.dev/cost. Without a directive, weights are those
 * that other gateways use: 1 for an object, 0 for a scalar or enum.
 */
export interface CostModel {
  root(operation: OperationTypeNode): GraphQLObjectType | undefined;
  /** The object types that the named type can be. */
  possibleTypes(name: string): readonly GraphQLObjectType[];
  /** @returns undefined if there is no such field. */
  field(type: GraphQLObjectType, name: string): FieldCost | undefined;
}

export interface FieldCost {
  readonly coordinate: string;
  readonly type: GraphQLNamedType;
  readonly isList: boolean;
  /** Weight of one value of the field if it is of this type. */
  weight(type: GraphQLNamedType): number;
  readonly listSize: ListSize | undefined;
  readonly arguments: readonly ArgumentCost[];
}

/** `@listSize`: https://ibm.github.io/graphql-specs/cost-spec.html#sec-The-List-Size-Directive */
export interface ListSize {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

export interface ArgumentCost {
  readonly name: string;
  readonly defaultValue: unknown;
  /**
   * Cost of a value: the argument's own weight and those of the input fields within. Undefined if there are no weights.
   */
  readonly ofValue: ((value: unknown) => number) | undefined;
}

/**
 * @param linked whether the supergraph links the specification. If not, directives of these names mean something else.
 */
export function costModel(supergraph: DocumentNode, linked: boolean): CostModel {
  const schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
  const weight = linked ? weightsOf(schema) : () => undefined;
  const listSize = linked ? listSizesOf(schema) : () => undefined;
  const ofValues = valueCosts(weight);
  const known = new Map<GraphQLField<unknown, unknown>, FieldCost>();
  return {
    root: (operation) => schema.getRootType(operation) ?? undefined,
    possibleTypes(name) {
      const type = schema.getType(name);
      if (isObjectType(type)) return [type];
      return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    },
    field(parent, name) {
      const field = parent.getFields()[name];
      if (field === undefined) return undefined;
      const found = known.get(field);
      if (found !== undefined) return found;
      const own = weight(field.astNode);
      const cost: FieldCost = {
        coordinate: `${parent.name}.${name}`,
        type: getNamedType(field.type),
        isList: isListType(getNullableType(field.type)),
        weight: (type) => own ?? weight(type.astNode) ?? (isCompositeType(type) ? 1 : 0),
        listSize: listSize(field.astNode),
        arguments: field.args.map((argument) => ({
          name: argument.name,
          defaultValue: argument.defaultValue,
          ofValue: ofValues(argument),
        })),
      };
      known.set(field, cost);
      return cost;
    },
  };
}

type Labelled = { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;

function weightsOf(schema: GraphQLSchema): (node: Labelled) => number | undefined {
  const directive = schema.getDirective('cost');
  if (directive == null) return () => undefined;
  return (node) => {
    const weight = node == null ? undefined : getDirectiveValues(directive, node)?.weight;
    return typeof weight === 'number' ? weight : undefined;
  };
}

function listSizesOf(schema: GraphQLSchema): (node: Labelled) => ListSize | undefined {
  const directive = schema.getDirective('listSize');
  if (directive == null) return () => undefined;
  return (node) => {
    const given = node == null ? undefined : getDirectiveValues(directive, node);
    if (given === undefined) return undefined;
    const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given as Partial<ListSize>;
    return {
      assumedSize: assumedSize ?? undefined,
      slicingArguments: slicingArguments ?? [],
      sizedFields: sizedFields ?? [],
      requireOneSlicingArgument: (slicingArguments ?? []).length > 0 && requireOneSlicingArgument !== false,
    };
  };
}

/** Computes the cost of argument values. Types without any weight are found once, and their values never walked. */
function valueCosts(weight: (node: Labelled) => number | undefined) {
  const reachesWeight = (type: GraphQLInputType, seen: Set<GraphQLInputType>): boolean => {
    const named = getNamedType(type);
    if (seen.has(named)) return false;
    seen.add(named);
    if (weight(named.astNode) !== undefined) return true;
    const fields = isInputObjectType(named) ? Object.values(named.getFields()) : [];
    return fields.some((field) => weight(field.astNode) !== undefined || reachesWeight(field.type, seen));
  };
  const weighed = new Map<GraphQLInputType, boolean>();
  const isWeighed = (type: GraphQLInputType): boolean => {
    const named = getNamedType(type);
    const found = weighed.get(named) ?? reachesWeight(named, new Set());
    weighed.set(named, found);
    return found;
  };
  const within = (type: GraphQLInputType, value: unknown): number => {
    if (value == null || !isWeighed(type)) return 0;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const items = Array.isArray(value) ? value : [value];
      return items.reduce((sum: number, item) => sum + within(nullable.ofType, item), 0);
    }
    if (!isInputObjectType(nullable) || typeof value !== 'object') return 0;
    return Object.values(nullable.getFields()).reduce((sum, field) => {
      const inner = Object.hasOwn(value, field.name) ? (value as Record<string, unknown>)[field.name] : undefined;
      return sum + ofOne(field, inner);
    }, 0);
  };
  const ofOne = (input: GraphQLArgument | GraphQLInputField, value: unknown): number =>
    value == null
      ? 0
      : (weight(input.astNode) ?? weight(getNamedType(input.type).astNode) ?? 0) + within(input.type, value);
  return (argument: GraphQLArgument): ArgumentCost['ofValue'] =>
    weight(argument.astNode) === undefined && !isWeighed(argument.type) ? undefined : (value) => ofOne(argument, value);
}
