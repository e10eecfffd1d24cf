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

/** Made-up values for the variables that an operation cannot do without: plans do not depend on what they are. */
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

/** All others take texts: a gateway does not know what a custom scalar looks like. */
const OF_SCALAR: Readonly<Record<string, unknown>> = { Int: 0, Float: 0, Boolean: false };
