/** `womens-federation` -> `WOMENS_FEDERATION`: the agency in the GraphQL enum and in environment variables. */
export function enumName(agency: string): string {
  return agency.toUpperCase().replaceAll('-', '_');
}

/** `womens-federation` -> `womens_federation`: the agency in names of databases and roles. */
export function databaseName(agency: string): string {
  return agency.replaceAll('-', '_');
}

/** `WOMENS_FEDERATION` -> `womens-federation`: the inverse of `enumName`. */
export function agencyNamed(enumName: string): string {
  return enumName.toLowerCase().replaceAll('_', '-');
}
