import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isNonNullType,
  isRequiredInputField,
  isScalarType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';

/** Invents values for the required variables of an operation; its plan does not depend on them. */
export function sampleVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { variable, type: node, defaultValue } of variableDefinitions) {
    const type = typeFromAST(schema, node as Parameters<typeof typeFromAST>[1]);
    if (defaultValue === undefined && isInputType(type) && isNonNullType(type)) {
      values[variable.name.value] = fitting(type.ofType);
    }
  }
  return values;
}

function fitting(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return fitting(type.ofType);
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isScalarType(type)) return OF_SCALAR[type.name] ?? '';
  if (!isInputObjectType(type)) return [];
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(required.map((field) => [field.name, fitting(field.type)]));
}

/** Every other scalar gets an empty string: the gateway does not know the form of custom scalars. */
const OF_SCALAR: Readonly<Record<string, unknown>> = { Int: 0, Float: 0, Boolean: false };
