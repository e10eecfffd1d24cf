import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { failure } from '../../shared/protocol/errors';
import { LARGEST_PAGE } from '../../shared/protocol/largest-page';
import { fragmentsOf } from '../request/operation';
import { argumentValue } from './argument-value';
import type { ArgumentCost, CostModel, FieldCost, ListSize } from './cost-model';
import { CostProgram, type Term, type VariableOf } from './cost-program';
import { memoize } from './memoize';

/** Cost of an operation with these variables. @throws BAD_USER_INPUT for a page size above the limit. */
export type OperationCost = (variables: Readonly<Record<string, unknown>>) => number;

/** Assumed length of a list without `@listSize`. */
const UNKNOWN_LIST_SIZE = 10;

/** Cost of a mutation's own work, besides that of its response. */
const MUTATION_COST = 10;

/** Lengths of list fields that arguments of their parent field determine, by field name. */
type SizedFields = ReadonlyMap<string, Term>;

/**
 * Compiles the upper bound of an operation's cost: 1 for each object, every list at its greatest length, the costliest
 * of an abstract type's object types, and no merging of repeated fields. The cost of an invalid operation means
 * nothing.
 */
export function operationCost(
  model: CostModel,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationCost {
  const program = new CostProgram();
  const checks: ((variable: VariableOf) => GraphQLError | undefined)[] = [];
  const fragments = fragmentsOf(document);

  const selections: (set: SelectionSetNode, type: GraphQLObjectType, sized: SizedFields) => Term = memoize(
    (set, type, sized) =>
      program.sum(
        set.selections.map((selection) => {
          if (selection.kind === Kind.FIELD) {
            const cost = model.field(type, selection.name.value);
            return cost === undefined ? 0 : conditional(selection.directives, ofField(selection, cost, sized));
          }
          const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
          const on = fragment?.typeCondition?.name.value;
          if (fragment === undefined || (on !== undefined && !model.possibleTypes(on).includes(type))) return 0;
          return conditional(selection.directives, selections(fragment.selectionSet, type, sized));
        }),
      ),
    0, // a fragment that spreads itself: validation refuses it
  );

  const ofField = (node: FieldNode, cost: FieldCost, sized: SizedFields): Term => {
    const { size, within } = sizes(node, cost);
    const count = sized.get(node.name.value) ?? size;
    const below = (type: GraphQLNamedType): Term => {
      if (!isCompositeType(type)) return cost.weight(type);
      const { selectionSet } = node;
      const possible = model.possibleTypes(type.name);
      return program.largest(
        possible.map((one) =>
          program.sum([cost.weight(one), selectionSet === undefined ? 0 : selections(selectionSet, one, within)]),
        ),
      );
    };
    const given = cost.arguments.flatMap((argument) => ofArgument(node, argument));
    return program.sum([program.product(count, below(cost.type)), ...given]);
  };

  /** Number of values of a field, and lengths of the fields below that its arguments determine. */
  const sizes = memoize(
    (node: FieldNode, { coordinate, isList, listSize, arguments: known }: FieldCost): Sizes => {
      if (listSize === undefined) return { size: isList ? UNKNOWN_LIST_SIZE : 1, within: NO_SIZES };
      const size = sliced(node, coordinate, listSize, known);
      const { sizedFields } = listSize;
      if (sizedFields.length === 0) return { size: isList ? size : 1, within: NO_SIZES };
      return { size: 1, within: new Map(sizedFields.map((name) => [name, size])) };
    },
    { size: 0, within: NO_SIZES },
  );

  const sliced = (node: FieldNode, coordinate: string, listSize: ListSize, known: readonly ArgumentCost[]): Term => {
    const { assumedSize = UNKNOWN_LIST_SIZE, slicingArguments, requireOneSlicingArgument } = listSize;
    if (slicingArguments.length === 0) return assumedSize;
    const values = slicingArguments.map((name) => {
      const defaultValue = known.find((argument) => argument.name === name)?.defaultValue;
      return { name, value: argumentValue(node, name, defaultValue) };
    });
    const check = (variable: VariableOf) => {
      const given = values.filter(({ value }) => value.read(variable) != null);
      // Validation and coercion refuse anything but a number.
      const tooLong = given.find(({ value }) => {
        const count = value.read(variable);
        return typeof count === 'number' && count > LARGEST_PAGE;
      });
      if (tooLong !== undefined) {
        const detail = `"${tooLong.name}" must be at most ${LARGEST_PAGE}.`;
        return failure('BAD_USER_INPUT', detail, { argument: tooLong.name, coordinate, limit: LARGEST_PAGE });
      }
      if (!requireOneSlicingArgument || given.length === 1) return undefined;
      const detail = `Give exactly one of these arguments, for the number of items: "${slicingArguments.join('", "')}".`;
      return failure('BAD_USER_INPUT', detail, { argument: slicingArguments[0], coordinate });
    };
    const size = (variable: VariableOf) => {
      const counts = values.map(({ value }) => value.read(variable)).filter((count) => typeof count === 'number');
      return counts.length === 0 ? assumedSize : Math.max(0, ...counts);
    };
    if (values.every(({ value }) => value.fixed)) {
      const fault = check(NO_VARIABLES);
      if (fault !== undefined) checks.push(() => fault);
      return size(NO_VARIABLES);
    }
    checks.push(check);
    return program.step((_, variable) => size(variable));
  };

  const ofArgument = (node: FieldNode, { name, ofValue, defaultValue }: ArgumentCost): Term[] => {
    if (ofValue === undefined) return [];
    const value = argumentValue(node, name, defaultValue);
    if (value.fixed) return [ofValue(value.read(NO_VARIABLES))];
    return [program.step((_, variable) => ofValue(value.read(variable)))];
  };

  /** `@skip` and `@include`. */
  const conditional = (directives: readonly DirectiveNode[] = [], term: Term): Term =>
    directives.reduce((counted, { name, arguments: given }) => {
      const passes = name.value === 'include' ? true : name.value === 'skip' ? false : undefined;
      const condition = given?.find((argument) => argument.name.value === 'if')?.value;
      if (passes === undefined || condition === undefined) return counted;
      if (condition.kind === Kind.BOOLEAN) return condition.value === passes ? counted : 0;
      if (condition.kind !== Kind.VARIABLE) return counted;
      const variableName = condition.name.value;
      const factor = program.step((_, variable) => (variable(variableName) === !passes ? 0 : 1));
      return program.product(factor, counted);
    }, term);

  const defaults = new Map(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue === undefined ? [] : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
    ),
  );
  const root = model.root(operation.operation);
  const total = program.sum([
    operation.operation === 'mutation' ? MUTATION_COST : 0,
    root === undefined ? 0 : selections(operation.selectionSet, root, NO_SIZES),
  ]);
  return (variables) => {
    const variable: VariableOf = (name) => (Object.hasOwn(variables, name) ? variables[name] : defaults.get(name));
    for (const check of checks) {
      const fault = check(variable);
      if (fault !== undefined) throw fault;
    }
    // A page size such as 1.5, refused later, makes the cost a fraction; callers are charged in whole numbers.
    return Math.ceil(program.run(variable, total));
  };
}

interface Sizes {
  readonly size: Term;
  readonly within: SizedFields;
}

const NO_SIZES: SizedFields = new Map();
const NO_VARIABLES: VariableOf = () => undefined;
