import { type Agency, enumName } from '../../shared/domain/agencies';
import type { Agency as NamedAgency } from './schema.types';

/** An agency, as the GraphQL enum names it. */
export function namedAgency(agency: Agency): NamedAgency {
  // The enum of schema.graphql lists the agencies of the federation, which text that is put together cannot show.
  return enumName(agency) as NamedAgency;
}
