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

/** Officers who take part in no case or meeting: one confirmed for nothing, and one with a standing duty alone. */
export const OFFICERS_WITHOUT_PART: ReadonlySet<string> = new Set([
  'second-education-officer',
  'education-welfare-officer',
]);

/** The nearest responsible person for an officer at the officer's own agency (未成年人网络保护条例 art. 36). */
export function responsibleFor({ agency, region }: Pick<Caller, 'agency' | 'region'>): Caller | undefined {
  return OFFICERS.filter(
    (head) => head.roles.includes('responsible-person') && head.agency === agency && isWithin(region, head.region),
  ).toSorted((one, other) => other.region.length - one.region.length)[0];
}
