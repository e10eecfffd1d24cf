/** The agencies of the federation, as tokens, folders and databases name them. */
export const AGENCIES = [
  'governance-center',
  'public-security',
  'civil-affairs',
  'education',
  'procuratorate',
  'womens-federation',
] as const;

export type Agency = (typeof AGENCIES)[number];

export function isAgency(name: string): name is Agency {
  return (AGENCIES as readonly string[]).includes(name);
}

/** `womens-federation` -> `WOMENS_FEDERATION`: the agency in the GraphQL enum and in environment variables. */
export function enumName(agency: Agency): string {
  return agency.toUpperCase().replaceAll('-', '_');
}

/** `womens-federation` -> `womens_federation`: the agency in names of databases and roles. */
export function databaseName(agency: Agency): string {
  return agency.replaceAll('-', '_');
}

/** `WOMENS_FEDERATION` -> `womens-federation`: back from the GraphQL enum. */
export function agencyNamed(enumName: string): string {
  return enumName.toLowerCase().replaceAll('_', '-');
}
