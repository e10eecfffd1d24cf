import { type Agency, enumName } from '../../shared/domain/agencies';
import type { Agency as NamedAgency } from './schema.types';

/** An agency's name in the GraphQL enum: `civil-affairs` -> `CIVIL_AFFAIRS`. */
export function namedAgency(agency: Agency): NamedAgency {
  // The enum has every agency, which TypeScript cannot infer from the composed text.
  return enumName(agency) as NamedAgency;
}
