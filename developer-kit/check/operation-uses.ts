import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  parse,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * Finds the parts of a schema that an operation uses: fields and arguments by coordinate, `Child.attendance(months:)`,
 * and all types that it reads or sends by name.
 */
export function operationUses(text: string, schema: GraphQLSchema): ReadonlySet<string> {
  const document = documentOf(text);
  const used = new Set<string>();
  if (document === undefined) return used;
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: ({ name }) => {
        const parent = types.getParentType()?.name;
        if (parent !== undefined) used.add(parent).add(`${parent}.${name.value}`);
        const type = types.getType();
        if (type) used.add(getNamedType(type).name);
      },
      Argument: ({ name }) => {
        used.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}(${name.value}:)`);
        addInputs(types.getInputType(), used);
      },
      VariableDefinition: ({ type }) => addInputs(typeFromAST(schema, type as never) as never, used),
    }),
  );
  return used;
}

/** @returns undefined for an operation that cannot be parsed, and so could never be sent. */
export function documentOf(text: string): DocumentNode | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

// Private:

/** An input type with all nested types. */
function addInputs(type: GraphQLInputType | null | undefined, used: Set<string>): void {
  const named = type && getNamedType(type);
  if (!named || used.has(named.name)) return;
  used.add(named.name);
  if (!isInputObjectType(named)) return;
  for (const field of Object.values(named.getFields())) addInputs(field.type, used);
}
