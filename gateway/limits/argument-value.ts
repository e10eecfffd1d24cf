import { type FieldNode, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import type { VariableOf } from './cost-program';

/** The value of an argument in an operation. */
export interface ArgumentValue {
  /** Whether it is independent of the variables. */
  readonly fixed: boolean;
  /** @returns undefined or null if there is none. */
  read(variable: VariableOf): unknown;
}

/** @param defaultValue the schema's default, used if the operation does not give the argument. */
export function argumentValue(node: FieldNode, name: string, defaultValue: unknown): ArgumentValue {
  const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (given === undefined) return { fixed: true, read: () => defaultValue };
  if (given.kind === Kind.VARIABLE) {
    const variableName = given.name.value;
    return {
      fixed: false,
      read(variable) {
        const value = variable(variableName);
        return value === undefined ? defaultValue : value;
      },
    };
  }
  const names = new Set<string>();
  collectVariables(given, names);
  if (names.size === 0) {
    const value = valueFromASTUntyped(given);
    return { fixed: true, read: () => value };
  }
  return {
    fixed: false,
    read(variable) {
      return valueFromASTUntyped(given, Object.fromEntries([...names].map((each) => [each, variable(each)])));
    },
  };
}

function collectVariables(value: ValueNode, names: Set<string>): void {
  if (value.kind === Kind.VARIABLE) names.add(value.name.value);
  if (value.kind === Kind.LIST) for (const item of value.values) collectVariables(item, names);
  if (value.kind === Kind.OBJECT) for (const field of value.fields) collectVariables(field.value, names);
}
