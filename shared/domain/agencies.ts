import profiles from './agency-list.json';

export { agencyNamed, databaseName, enumName } from './agency-names';

/** An agency of the federation, as tokens, folders and databases name it: the name of its folder below subgraphs/. */
export type Agency = keyof typeof profiles;

/** What `agency.yaml` in an agency's folder says of it; agency-list.json is generated from them by `npm run compose`. */
export interface AgencyProfile {
  /** In Chinese: 妇联. */
  readonly name: string;
  /** `women's federation`, as it stands within a sentence. */
  readonly english: string;
  /** One character, for tables: 妇. */
  readonly short: string;
  /** Who works there in the synthetic district. */
  readonly officers: readonly OfficerProfile[];
}

export interface OfficerProfile {
  readonly sub: string;
  readonly name: string;
  readonly role: string;
  readonly region: string;
}

export const AGENCY_PROFILES: Readonly<Record<Agency, AgencyProfile>> = profiles;

/** All agencies, in the order in which documents and tables list them. */
export const AGENCIES = Object.keys(profiles) as readonly Agency[];

export function isAgency(name: string): name is Agency {
  return (AGENCIES as readonly string[]).includes(name);
}
