import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import { type Coordinate, type Requirement, readLabels, readMasks } from '../../../shared/access/labels';
import type { Agency } from '../../../shared/domain/agencies';
import { typeDefs } from '../../../shared/subgraph/schema/type-defs';

/** The schema of one agency, with its labels and masks. */
export interface AgencySchema {
  readonly agency: Agency;
  readonly folder: string;
  readonly schema: GraphQLSchema;
  readonly labels: ReadonlyMap<Coordinate, Requirement>;
  readonly masked: ReadonlySet<Coordinate>;
}

/** The schemas of all agencies. */
export function agencySchemas(): readonly AgencySchema[] {
  return SUBGRAPHS.map(({ agency, folder }) => {
    const schema = buildSubgraphSchema({ typeDefs: typeDefs(folder) });
    return { agency, folder, schema, labels: readLabels(schema), masked: new Set(readMasks(schema).keys()) };
  });
}

/** The names of a type's fields; none for a type that the schema does not have. */
export function fieldNames(schema: GraphQLSchema, typeName: string): readonly string[] {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
}
