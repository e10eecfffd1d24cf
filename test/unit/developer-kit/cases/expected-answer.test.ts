import type { Entry } from '../../../../developer-kit/cases/cases';
import { type Subject, statedAnswer } from '../../../../developer-kit/cases/expected-answer';
import type { ReferenceName, Situation } from '../../../../developer-kit/cases/situation';
import type { Agency } from '../../../../shared/domain/agencies';
import type { Role } from '../../../../shared/domain/caller';
import type { Purpose } from '../../../../shared/domain/purpose';

const REFUSED: Entry = {
  fields: ['Child.some'],
  'case-handling': 'DENIED',
  'joint-meeting': 'DENIED',
  'case-conference': 'DENIED',
  owner: 'DENIED',
  emergency: 'DENIED',
  besides: [],
  developer: 'DENIED',
  others: 'DENIED',
  record: {},
};

const SUBJECT: Subject = {
  owner: 'education',
  region: '990101001001',
  referenceRegion: '990101001',
  leadAgency: 'civil-affairs',
  helpers: ['justice-bureau'],
  locationProtected: false,
};

function asking(
  role: Role,
  agency: Agency,
  purpose: Purpose,
  reference: ReferenceName | null = null,
  region = '990101',
): Situation {
  const caller = { sub: role, name: role, agency, roles: [role], region };
  return { name: role, caller, purpose, reference, reasonGiven: true };
}

const answer = (entry: Partial<Entry>, situation: Situation, subject: Partial<Subject> = {}) =>
  statedAnswer({ ...REFUSED, ...entry }, situation, { ...SUBJECT, ...subject });

const assessing = (reference: ReferenceName | null, region?: string) =>
  asking('case-worker', 'governance-center', 'RISK_ASSESSMENT', reference, region);

test.each([
  ['without a reference, in the region', assessing(null), 'CLEAR', 'triage'],
  ['with a reference', assessing('an assessment of the child'), 'MASKED', 'assessment'],
  [
    'with a reference, which decides instead of the region',
    assessing('an assessment of the child', '990101001002'),
    'MASKED',
    'assessment',
  ],
  ['with a reference to another child', assessing('another assessment'), 'DENIED', 'others'],
  ['beyond the region', assessing(null, '990102'), 'DENIED', 'others'],
] as const)('triage is without a reference, an assessment with one: %s', (_, situation, expected, by) => {
  expect(answer({ triage: 'CLEAR', assessment: 'MASKED' }, situation)).toEqual({ answer: expected, by: [by] });
});

const handling = (agency: Agency) => asking('agency-officer', agency, 'CASE_HANDLING', 'the case of the child');
const CASE_OFFICER: Partial<Entry> = {
  'case-officer': { 'public-security': 'CLEAR', 'lead-agency': 'MASKED', helpers: 'CLEAR', others: 'DENIED' },
};

test.each([
  ['public-security', 'CLEAR', 'public-security'],
  ['civil-affairs', 'MASKED', 'lead-agency'],
  ['justice-bureau', 'CLEAR', 'helpers'],
  ['womens-federation', 'DENIED', 'others'],
] as const)('a cell depends on the agency: %s', (agency, expected, key) => {
  expect(answer(CASE_OFFICER, handling(agency))).toEqual({ answer: expected, by: ['case-officer', key] });
});

const helping = (reference: ReferenceName) => asking('agency-officer', 'civil-affairs', 'WELFARE_SERVICE', reference);

test.each([
  ['a task about the child', 'DENIED'],
  ['an assignment to protect the child', 'MASKED'],
  ['an assignment to protect the child, at school', 'CLEAR'],
  ['an assignment of another agency', 'DENIED'],
] as const)('a cell depends on the reference: %s', (reference, expected) => {
  const welfare = { 'visits-school': 'CLEAR', protection: 'MASKED', others: 'DENIED' } as const;
  expect(answer({ welfare }, helping(reference)).answer).toBe(expected);
});

const member = (agency: Agency, reference: ReferenceName) =>
  asking('meeting-member', agency, 'JOINT_MEETING', reference);

test.each([
  ['its officer with a case', handling('education'), 'CLEAR'],
  ['its member in a regular meeting', member('education', 'a regular meeting about the child'), 'MASKED'],
  ['its member in a case conference', member('education', 'a case conference about the child'), 'CLEAR'],
  ['its member in another meeting', member('education', 'another meeting'), 'DENIED'],
  ['another agency’s officer', handling('civil-affairs'), 'DENIED'],
] as const)('the owning agency has its own under a reference: %s', (_, situation, expected) => {
  const own = { 'joint-meeting': 'MASKED', others: 'CLEAR' } as const;
  expect(answer({ 'own-under-reference': own }, situation).answer).toBe(expected);
});

test.each([
  ['the police on duty', asking('agency-officer', 'public-security', 'OWN_DUTY'), 'CLEAR'],
  ['the police in a meeting', member('public-security', 'a regular meeting about the child'), 'ABSENT'],
  ['the owner on duty', asking('agency-officer', 'education', 'OWN_DUTY'), 'CLEAR'],
  ['the owner with a case', handling('education'), 'ABSENT'],
  ['anybody else', assessing(null), 'ABSENT'],
] as const)('a protected location is answered by who asks for what: %s', (_, situation, expected) => {
  const entry: Partial<Entry> = {
    owner: 'CLEAR',
    triage: 'CLEAR',
    'joint-meeting': 'CLEAR',
    'own-under-reference': 'CLEAR',
    besides: [{ who: 'agency-officer', of: 'public-security', answer: 'CLEAR' }],
    others: 'ABSENT',
    'where-protected': { 'public-security': 'as above but in meetings', 'own-duty': 'as above', others: 'ABSENT' },
  };
  expect(answer(entry, situation, { locationProtected: true }).answer).toBe(expected);
});
