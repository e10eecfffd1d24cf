import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';

/**
 * Resolves every field without a resolver from the column of its name: `receivedAt` from `received_at`. A property or
 * method of the field's own name takes precedence, as usual in GraphQL. `NeededResolvers` tells the compiler which
 * fields a row answers.
 *
 * @param schema gets the resolvers, in place.
 */
export function resolveFromColumns(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.resolve ??= columnResolver(field.name);
  }
}

/** `nextVisitDue` -> `next_visit_due` */
export const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// Private:

function columnResolver(field: string): GraphQLFieldResolver<unknown, unknown> {
  const column = columnOf(field);
  if (column === field) return defaultFieldResolver;
  return (source, args, context, info) =>
    isObject(source) && !(field in source)
      ? (source as Readonly<Record<string, unknown>>)[column]
      : defaultFieldResolver(source, args, context, info);
}

const isObject = (source: unknown): source is object => typeof source === 'object' && source !== null;
