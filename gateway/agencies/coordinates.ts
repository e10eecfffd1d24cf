import { type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import type { Coordinate } from '../../shared/access/labels';

/** The name of a field's type, without list and non-null; empty for an unknown field. */
export function targetOf(schema: GraphQLSchema, coordinate: Coordinate): string {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  return isObjectType(type) ? (getNamedType(type.getFields()[fieldName]?.type)?.name ?? '') : '';
}
