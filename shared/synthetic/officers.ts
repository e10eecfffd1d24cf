import { AGENCIES, AGENCY_PROFILES } from '../domain/agencies';
import { type Caller, callerClaims } from '../domain/caller';
import { isWithin } from '../domain/regions';

/** Who works in the synthetic district, as each agency says, its responsible person (部门负责人) among them. */
export const OFFICERS: readonly Caller[] = AGENCIES.flatMap((agency) =>
  AGENCY_PROFILES[agency].officers.map(({ role, ...officer }) =>
    callerClaims.parse({ ...officer, agency, roles: [role] }),
  ),
);

/** Who answers for an officer at the officer's own agency (未成年人网络保护条例 art. 36). */
export function responsibleFor({ agency, region }: Caller): Caller | undefined {
  return OFFICERS.find(
    (head) => head.roles.includes('responsible-person') && head.agency === agency && isWithin(region, head.region),
  );
}
