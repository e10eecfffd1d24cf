import { type GraphQLSchema, getNamedType, isLeafType, isObjectType } from 'graphql';

interface Options {
  /** Types with only their key selected. */
  readonly cut?: readonly string[];
  /** Excluded fields, such as `Child.region`. */
  readonly without?: readonly string[];
}

/**
 * A selection of all fields of a type down to the leaves, including fields added later. A type that contains itself is
 * selected by its key.
 */
export function everythingOf(
  schema: GraphQLSchema,
  typeName: string,
  { cut = [], without = [] }: Options = {},
): string {
  const selections = fieldsOf(schema, typeName)
    .filter(({ name }) => !without.includes(`${typeName}.${name}`))
    .map(({ name, type }) => {
      const target = getNamedType(type);
      if (isLeafType(target)) return name;
      const shut = target.name === typeName || cut.includes(target.name);
      const inner = shut
        ? keyOf(schema, target.name)
        : everythingOf(schema, target.name, { cut: [...cut, typeName], without });
      return `${name} { ${inner} }`;
    });
  return selections.join(' ');
}

/** The fields of an object type. */
export function fieldsOf(schema: GraphQLSchema, typeName: string) {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`There is no object type ${typeName}.`);
  return Object.values(type.getFields());
}

// Private:

function keyOf(schema: GraphQLSchema, typeName: string): string {
  return fieldsOf(schema, typeName).some(({ name }) => name === 'id') ? 'id' : '__typename';
}
