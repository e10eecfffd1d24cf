import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether an object of one type, by its name, is what a type condition asks for. */
export type TypeConditions = (condition: string, typeName: unknown) => boolean;

/** @param schema of the supergraph, with what is inaccessible to clients: plans ask for that too. */
export function typeConditions(schema: GraphQLSchema): TypeConditions {
  return (condition, typeName) => {
    if (condition === typeName) return true;
    const asked = schema.getType(condition);
    const type = typeof typeName === 'string' ? schema.getType(typeName) : undefined;
    return isAbstractType(asked) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(asked, type);
  };
}
