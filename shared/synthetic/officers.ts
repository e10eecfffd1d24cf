import type { Caller } from '../caller';
import { isWithin } from '../regions';

const caller = (
  sub: string,
  name: string,
  agency: Caller['agency'],
  role: Caller['roles'][number],
  region: string,
): Caller => ({ sub, name, agency, roles: [role], region });

/** Who works in the synthetic district, each agency's responsible person (部门负责人) among them. */
export const OFFICERS: readonly Caller[] = [
  caller('town-case-worker', '镇综治中心专干', 'governance-center', 'case-worker', '990101001'),
  caller('county-case-worker', '县综治中心专干', 'governance-center', 'case-worker', '990101'),
  caller('neighbour-case-worker', '邻县综治中心专干', 'governance-center', 'case-worker', '990102'),
  caller('meeting-clerk', '联席会议秘书', 'governance-center', 'meeting-clerk', '990101'),
  caller('education-member', '教育局联席会议成员', 'education', 'meeting-member', '990101'),
  caller('police-member', '公安局联席会议成员', 'public-security', 'meeting-member', '990101'),
  caller('prosecutor-member', '检察院联席会议成员', 'procuratorate', 'meeting-member', '990101'),
  caller('womens-federation-member', '妇联联席会议成员', 'womens-federation', 'meeting-member', '990101'),
  caller('civil-affairs-member', '民政局联席会议成员', 'civil-affairs', 'meeting-member', '990101'),
  caller('education-officer', '教育局经办人', 'education', 'agency-officer', '990101'),
  caller('police-officer', '公安局经办人', 'public-security', 'agency-officer', '990101'),
  caller('prosecutor', '检察官', 'procuratorate', 'agency-officer', '990101'),
  caller('womens-federation-officer', '妇联经办人', 'womens-federation', 'agency-officer', '990101'),
  caller('civil-affairs-officer', '民政局经办人', 'civil-affairs', 'agency-officer', '990101'),
  caller('centre-head', '县综治中心负责人', 'governance-center', 'responsible-person', '990101'),
  caller('police-head', '公安局负责人', 'public-security', 'responsible-person', '990101'),
  caller('civil-affairs-head', '民政局负责人', 'civil-affairs', 'responsible-person', '990101'),
  caller('education-head', '教育局负责人', 'education', 'responsible-person', '990101'),
  caller('prosecutor-head', '检察院负责人', 'procuratorate', 'responsible-person', '990101'),
  caller('womens-federation-head', '妇联负责人', 'womens-federation', 'responsible-person', '990101'),
  caller('neighbour-centre-head', '邻县综治中心负责人', 'governance-center', 'responsible-person', '990102'),
  caller('child-director', '儿童主任', 'civil-affairs', 'child-director', '990101001001'),
  caller('supervisor', '督导员', 'governance-center', 'supervisor', '9901'),
  caller('auditor', '审计员', 'governance-center', 'auditor', '9901'),
  caller('education-developer', '教育局开发者', 'education', 'developer', '990101'),
];

/** Who answers for an officer at the officer's own agency (未成年人网络保护条例 art. 36). */
export function responsibleFor({ agency, region }: Caller): Caller | undefined {
  return OFFICERS.find(
    (head) => head.roles.includes('responsible-person') && head.agency === agency && isWithin(region, head.region),
  );
}
