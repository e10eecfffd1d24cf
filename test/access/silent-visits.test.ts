import { covering } from '../../developer-kit/access-matrix/sample-requests';
import { readAgencyRules, ruleTexts } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import type { Grant } from '../../shared/access/grant';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { ROLES, type Role } from '../../shared/domain/caller';
import { PURPOSES, type Purpose, REFERENCE_KINDS } from '../../shared/domain/purpose';
import governanceCenter from '../../subgraphs/governance-center';

// What is due because of family violence or of a child's misconduct, what is known of it and who may add to it, for every
// role, agency, purpose and reference. Whatever else opens due items opens none of these.

const REGION = '990101001001';
const CHILD = 'child';
const rules = new AccessRules([readAgencyRules('governance-center', ruleTexts(governanceCenter.folder))]);

interface Asking {
  readonly role: Role;
  readonly agency: Agency;
  readonly purpose: Purpose;
  readonly grant: Grant | null;
}

/** A reference to everything that a rule could ask of it. */
const grantOf = (kind: Grant['kind'], id: string): Grant => ({
  ...covering(id),
  kind,
  ...(kind === 'meeting' && { meetingKind: 'CASE_CONFERENCE' as const }),
});
const GRANTS: readonly (Grant | null)[] = [
  null,
  ...REFERENCE_KINDS.flatMap((kind) => [grantOf(kind, CHILD), grantOf(kind, 'another')]),
];
const EVERYBODY: readonly Asking[] = ROLES.flatMap((role) =>
  AGENCIES.flatMap((agency) =>
    PURPOSES.flatMap((purpose) => GRANTS.map((grant) => ({ role, agency, purpose, grant }))),
  ),
);

const nameOf = ({ role, agency, purpose, grant }: Asking) =>
  [agency, role, purpose, grant && `${grant.kind}/${grant.children}`].filter(Boolean).join(' ');

const decisionsFor = ({ role, agency, purpose, grant }: Asking) =>
  rules.decisionsFor({
    caller: { sub: 'somebody', name: 'somebody', agency, roles: [role], region: REGION },
    purpose,
    reference: null,
    grant,
    reasonGiven: true,
  });
/** The record has the same id as a child, a case, an assignment, and whatever else a reference can name. */
const record = { region: REGION, child: CHILD, caseId: CHILD, assignment: CHILD };

const reads = (dataClass: string, rest: object) => (one: Asking) =>
  decisionsFor(one).decide([[[dataClass]]], { ...record, ...rest }) === 'CLEAR';
const does = (mutation: string, rest: object) => (one: Asking) =>
  decisionsFor(one).unmetToWrite([[['governance-center.index']]], { ...record, ...rest }, mutation).length === 0;

const onDuty = (of: Agency) => (one: Asking) =>
  one.role === 'agency-officer' && one.agency === of && one.purpose === 'OWN_DUTY';
const under = (purpose: Purpose, kind: Grant['kind'], roles: readonly Role[]) => (one: Asking) =>
  roles.includes(one.role) && one.purpose === purpose && one.grant?.kind === kind && one.grant.children.includes(CHILD);
const either =
  (...ways: readonly ((one: Asking) => boolean)[]) =>
  (one: Asking) =>
    ways.some((way) => way(one));

const onVisits = under('VISIT', 'visits', ['case-worker', 'child-director']);
const helping = under('WELFARE_SERVICE', 'protection', ['agency-officer', 'case-worker', 'child-director']);
const due = (kind: string, assignee: Agency) => reads('governance-center.due', { due: kind, assignee });

test.each<[string, (one: Asking) => boolean, (one: Asking) => boolean]>([
  [
    'a visit after a warning is due',
    due('WARNING_VISIT', 'public-security'),
    either(onDuty('public-security'), onVisits),
  ],
  [
    'a visit after an order is due',
    due('ORDER_VISIT', 'womens-federation'),
    either(onDuty('womens-federation'), onVisits),
  ],
  ['a visit of misconduct support is due', due('SUPPORT_VISIT', 'public-security'), onDuty('public-security')],
  [
    'the village was notified of a warning',
    reads('governance-center.village-notice', { issuer: 'public-security' }),
    either(
      onDuty('public-security'),
      onVisits,
      under('RISK_ASSESSMENT', 'assessment', ['case-worker']),
      under('CASE_HANDLING', 'case', ['case-worker']),
      under('JOINT_MEETING', 'meeting', ['meeting-member']),
    ),
  ],
  [
    'there is misconduct support',
    reads('governance-center.misconduct-support', {}),
    either(onDuty('public-security'), helping),
  ],
])('that %s is known to these callers alone', (_, known, expected) => {
  const who = EVERYBODY.filter(known).map(nameOf);
  expect(who).not.toEqual([]);
  expect(who).toEqual(EVERYBODY.filter(expected).map(nameOf));
});

test.each<[string, object, (one: Asking) => boolean]>([
  ['notifyVillage', { issuer: 'public-security' }, onDuty('public-security')],
  ['notifyVillage', { issuer: 'womens-federation' }, onDuty('womens-federation')],
  ['recordNoticeVisit', { issuer: 'public-security' }, either(onDuty('public-security'), onVisits)],
  ['endVillageNotice', { issuer: 'womens-federation' }, onDuty('womens-federation')],
  ['beginSupport', {}, onDuty('public-security')],
  ['recordSupportVisit', {}, either(onDuty('public-security'), helping)],
  ['endSupport', {}, onDuty('public-security')],
])('%s of %j is done by these callers alone', (mutation, rest, expected) => {
  expect(EVERYBODY.filter(does(mutation, rest)).map(nameOf)).toEqual(EVERYBODY.filter(expected).map(nameOf));
});
