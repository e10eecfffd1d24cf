import {
  canHold,
  REFERENCES,
  type ReferenceFacts,
  type ReferenceName,
  type Situation,
} from '../../../developer-kit/cases/situation';
import { DEMO_CALLERS } from '../../../gateway/embedded/demo-callers';
import type { Agency } from '../../../shared/domain/agencies';
import type { Caller, Role } from '../../../shared/domain/caller';
import { PURPOSES, type Purpose, referenceKindsOf } from '../../../shared/domain/purpose';

/**
 * Every caller for every purpose, with every reference that the purpose can have, and emergency access also without a
 * reason.
 */
export function situations(): readonly Situation[] {
  return [...DEMO_CALLERS, ...OTHER_CALLERS].flatMap((caller) =>
    PURPOSES.flatMap((purpose) => askingFor(caller, purpose)),
  );
}

// Private:

function askingFor(caller: Caller, purpose: Purpose): Situation[] {
  const named = (detail: string, rest: Partial<Situation>): Situation => ({
    name: [caller.sub, purpose, ...(detail ? [detail] : [])].join(', '),
    caller,
    purpose,
    reference: null,
    reasonGiven: false,
    ...rest,
  });
  if (purpose === 'EMERGENCY') return [named('', { reasonGiven: true }), named('without a reason', {})];
  const kinds = referenceKindsOf(purpose);
  return [
    ...(kinds.includes(null) ? [named('', {})] : []),
    ...(Object.keys(REFERENCES) as ReferenceName[])
      .filter((reference) => kinds.includes(REFERENCES[reference].kind) && isTried(caller, reference))
      .map((reference) => named(reference, { reference })),
  ];
}

/** A caller who can hold no reference of the kind tries one that covers the child: all of them are refused alike. */
function isTried(caller: Caller, reference: ReferenceName): boolean {
  const { kind, covers, isAnothers = false }: ReferenceFacts = REFERENCES[reference];
  return canHold(caller, kind) || (covers && !isAnothers);
}

const other = (sub: string, agency: Agency, roles: Role | readonly Role[], region: string): Caller => ({
  sub,
  name: sub,
  agency,
  roles: typeof roles === 'string' ? [roles] : roles,
  region,
});

const DEMO_NAMES = new Set(DEMO_CALLERS.map(({ sub }) => sub));

/** Callers besides the demo callers: callers of other regions, officers without a confirmation or with two roles. */
export const OTHER_CALLERS: readonly Caller[] = [
  other('village-case-worker', 'governance-center', 'case-worker', '990101001001'),
  other('next-town-case-worker', 'governance-center', 'case-worker', '990101002'),
  other('next-village-case-worker', 'governance-center', 'case-worker', '990101001002'),
  other('next-village-education-officer', 'education', 'agency-officer', '990101001002'),
  other('next-village-child-director', 'civil-affairs', 'child-director', '990101001002'),
  other('neighbour-meeting-clerk', 'governance-center', 'meeting-clerk', '990102'),
  other('neighbour-education-member', 'education', 'meeting-member', '990102'),
  ...DEMO_CALLERS.filter(({ roles, region }) => roles.includes('agency-officer') && region === '990101')
    .map(({ sub, agency, roles }) => other(`neighbour-${sub}`, agency, roles, '990102'))
    .filter(({ sub }) => !DEMO_NAMES.has(sub) && sub !== 'neighbour-second-education-officer'),
  other('neighbour-supervisor', 'governance-center', 'supervisor', '990102'),
  other('unconfirmed-case-worker', 'governance-center', 'case-worker', '990101'),
  other('unconfirmed-education-member', 'education', 'meeting-member', '990101'),
  other('village-civil-affairs-head', 'civil-affairs', 'responsible-person', '990101001001'),
  other('next-town-civil-affairs-head', 'civil-affairs', 'responsible-person', '990101002'),
  other('neighbour-civil-affairs-head', 'civil-affairs', 'responsible-person', '990102'),
  other('case-worker-and-head', 'governance-center', ['case-worker', 'responsible-person'], '990101'),
  other('case-worker-and-child-director', 'governance-center', ['case-worker', 'child-director'], '990101001001'),
  other('case-worker-and-supervisor', 'governance-center', ['case-worker', 'supervisor'], '990101'),
  other('case-worker-and-developer', 'governance-center', ['case-worker', 'developer'], '990101'),
  other('police-officer-and-member', 'public-security', ['agency-officer', 'meeting-member'], '990101'),
  other('education-officer-and-member', 'education', ['agency-officer', 'meeting-member'], '990101'),
];
