import profiles from './agency-list.json';

export { agencyNamed, databaseName, enumName } from './agency-names';

/** An agency of the federation: the name of its folder below subgraphs/, also used in tokens and database names. */
export type Agency = keyof typeof profiles;

/** An agency's `agency.yaml`; `npm run compose` generates agency-list.json from these files. */
export interface AgencyProfile {
  /** In Chinese: 妇联. */
  readonly name: string;
  /** `women's federation`, as written within a sentence. */
  readonly english: string;
  /** One character, for tables: 妇. */
  readonly short: string;
  /** Its officers in the synthetic district. */
  readonly officers: readonly OfficerProfile[];
}

export interface OfficerProfile {
  readonly sub: string;
  readonly name: string;
  readonly role: string;
  readonly region: string;
}

export const AGENCY_PROFILES: Readonly<Record<Agency, AgencyProfile>> = profiles;

/** All agencies, in the order of documents and tables. */
export const AGENCIES = Object.keys(profiles) as readonly Agency[];

export function isAgency(name: string): name is Agency {
  return (AGENCIES as readonly string[]).includes(name);
}
