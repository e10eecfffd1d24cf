import { type GraphQLSchema, getNamedType, isLeafType, isObjectType } from 'graphql';

interface Options {
  /** Types of which the key alone is asked for. */
  readonly cut?: readonly string[];
  /** Fields that are left out, as `Child.region`. */
  readonly without?: readonly string[];
}

/**
 * A selection of all that can be asked of a type, down to the leaves, so that a field that is added tomorrow is asked
 * for, too. What leads back to a type that is being written out is asked for its key alone.
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
