import { type GraphQLSchema, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Coordinate } from '../../shared/access/labels';
import type { Manifest } from './manifest';

/** All fields that trusted documents request. */
export function trustedFields(manifest: Manifest, schema: GraphQLSchema): ReadonlySet<Coordinate> {
  const fields = new Set<Coordinate>();
  for (const text of manifest.values()) {
    const types = new TypeInfo(schema);
    visit(
      parse(text),
      visitWithTypeInfo(types, {
        Field: ({ name }) => void fields.add(`${types.getParentType()?.name}.${name.value}`),
      }),
    );
  }
  return fields;
}
