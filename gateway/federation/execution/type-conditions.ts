import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether a type, by name, fulfils a type condition. */
export type TypeConditions = (condition: string, typeName: unknown) => boolean;

/** @param schema of the supergraph, including elements that clients cannot access, because plans select them, too. */
export function typeConditions(schema: GraphQLSchema): TypeConditions {
  return (condition, typeName) => {
    if (condition === typeName) return true;
    const asked = schema.getType(condition);
    const type = typeof typeName === 'string' ? schema.getType(typeName) : undefined;
    return isAbstractType(asked) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(asked, type);
  };
}
