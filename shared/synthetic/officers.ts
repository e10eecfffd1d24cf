import { AGENCIES, AGENCY_PROFILES } from '../domain/agencies';
import { type Caller, callerClaims } from '../domain/caller';
import { isWithin } from '../domain/regions';

/**
 * Officers of the synthetic district, as each agency's profile lists them, including its responsible person (部门负责人).
 */
export const OFFICERS: readonly Caller[] = AGENCIES.flatMap((agency) =>
  AGENCY_PROFILES[agency].officers.map(({ role, ...officer }) =>
    callerClaims.parse({ ...officer, agency, roles: [role] }),
  ),
);

/** The responsible person for an officer at the officer's own agency (未成年人网络保护条例 art. 36). */
export function responsibleFor({ agency, region }: Caller): Caller | undefined {
  return OFFICERS.find(
    (head) => head.roles.includes('responsible-person') && head.agency === agency && isWithin(region, head.region),
  );
}
