import { DEMO_CALLERS } from '../../../gateway/embedded/demo-callers';
import type { Role } from '../../../shared/domain/caller';
import type { Purpose } from '../../../shared/domain/purpose';

/** References in the compared worlds, named by their relation to the child of the facts. */
export type ReferenceName =
  | 'its-case'
  | 'other-case'
  | 'regular-meeting'
  | 'case-conference'
  | 'other-meeting'
  | 'its-task'
  | 'its-clue'
  | 'its-support'
  | 'town-assessment'
  | 'county-assessment'
  | 'town-visits'
  | 'village-visits'
  | 'next-village-visits';

/** A demo caller with a purpose, and a reference if the purpose needs one. */
export interface Asker {
  /** `<caller> <purpose>`, and the reference if there is one. */
  readonly name: string;
  readonly caller: string;
  readonly purpose: Purpose;
  readonly reference: ReferenceName | undefined;
}

function asker(caller: string, purpose: Purpose, reference?: ReferenceName): Asker {
  return { name: [caller, purpose, reference].filter(Boolean).join(' '), caller, purpose, reference };
}

const inRole = (role: Role) => DEMO_CALLERS.filter(({ roles }) => roles.includes(role)).map(({ sub }) => sub);
const CASE_WORKERS = inRole('case-worker');
const MEMBERS = inRole('meeting-member');
/** One officer of each agency, of the county. */
export const OFFICERS = [
  ...new Map(
    DEMO_CALLERS.filter(({ roles, region }) => roles.includes('agency-officer') && region === '990101')
      .toReversed()
      .map(({ agency, sub }) => [agency, sub] as const),
  ).values(),
];

/** Confirmed for the support of the child after misconduct. */
export const HELPERS = ['education-officer'];

/** Every demo caller with every purpose that the rules permit to similar callers, and with some others. */
export const ASKERS: readonly Asker[] = [
  ...CASE_WORKERS.flatMap((caller) => [
    asker(caller, 'RISK_ASSESSMENT'),
    asker(caller, 'EMERGENCY'),
    asker(caller, 'CASE_HANDLING', 'its-case'),
  ]),
  asker('town-case-worker', 'RISK_ASSESSMENT', 'town-assessment'),
  asker('county-case-worker', 'RISK_ASSESSMENT', 'county-assessment'),
  asker('town-case-worker', 'VISIT', 'town-visits'),
  asker('county-case-worker', 'CASE_HANDLING', 'other-case'),
  asker('county-case-worker', 'OWN_DUTY'),
  asker('county-case-worker', 'MANDATORY_REPORT'),
  asker('meeting-clerk', 'OWN_DUTY'),
  asker('meeting-clerk', 'JOINT_MEETING', 'case-conference'),
  ...MEMBERS.flatMap((caller) => [
    asker(caller, 'JOINT_MEETING', 'regular-meeting'),
    asker(caller, 'JOINT_MEETING', 'case-conference'),
  ]),
  asker('police-member', 'JOINT_MEETING', 'other-meeting'),
  asker('womens-federation-member', 'OWN_DUTY'),
  ...OFFICERS.flatMap((caller) => [asker(caller, 'OWN_DUTY'), asker(caller, 'MANDATORY_REPORT')]),
  asker('town-police-officer', 'OWN_DUTY'),
  asker('neighbour-police-officer', 'OWN_DUTY'),
  asker('police-officer', 'EMERGENCY'),
  asker('police-officer', 'RISK_ASSESSMENT'),
  asker('civil-affairs-officer', 'EMERGENCY'),
  asker('education-officer', 'WELFARE_SERVICE', 'its-task'),
  // By a standing duty: the recipient that leads, and another one.
  asker('civil-affairs-officer', 'MANDATORY_REPORT', 'its-clue'),
  asker('education-officer', 'MANDATORY_REPORT', 'its-clue'),
  asker('prosecutor', 'CASE_HANDLING', 'its-case'),
  asker('centre-head', 'OWN_DUTY'),
  asker('civil-affairs-head', 'OWN_DUTY'),
  asker('education-head', 'RISK_ASSESSMENT'),
  asker('child-director', 'VISIT', 'village-visits'),
  asker('second-child-director', 'VISIT', 'next-village-visits'),
  asker('child-director', 'EMERGENCY'),
  asker('supervisor', 'SUPERVISION'),
  asker('supervisor', 'STATISTICS'),
  asker('auditor', 'ACCESS_AUDIT'),
  asker('education-developer', 'OWN_DUTY'),
  ...HELPERS.map((caller) => asker(caller, 'WELFARE_SERVICE', 'its-support')),
];
