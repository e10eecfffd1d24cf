import { conjuncts, describeCondition, foundInstead } from '../../../../shared/access/describe-condition';
import { fold, type Known } from '../../../../shared/access/partial-evaluation';
import { readPolicies } from '../../../../shared/access/policies';
import { CATALOGUE } from '../../../support/generated-rules';

const KNOWN: Known = {
  action: 'read',
  classes: ['education.schooling', 'general'],
  principal: { roles: ['case-worker', 'auditor'], agency: 'education', region: '990101' },
  context: { purpose: 'VISIT', reasonGiven: false, grant: { kind: 'case', children: ['a', 'b'] } },
};

function condition(text: string) {
  const rule = `@id("education.rule") @basis("test") permit (principal, action, resource) when { ${text} };`;
  const { policies, faults } = readPolicies(rule, CATALOGUE);
  expect(faults).toEqual([]);
  const [policy] = policies;
  if (policy === undefined) throw new Error('There is no rule.');
  return policy.condition;
}

test.each([
  ['context.purpose == Purpose::"VISIT"', 'context.purpose is VISIT'],
  ['context.purpose != Purpose::"VISIT"', 'context.purpose is not VISIT'],
  ['!(context.purpose == Purpose::"VISIT")', 'context.purpose is not VISIT'],
  ['[Purpose::"VISIT", Purpose::"OWN_DUTY"].contains(context.purpose)', 'context.purpose is one of VISIT, OWN_DUTY'],
  ['resource.region in principal.region', 'resource.region in principal.region'],
  ['!(resource.region in principal.region)', 'resource.region not in principal.region'],
  ['principal in Role::"auditor"', 'principal in auditor'],
  ['principal in [Role::"auditor", Role::"supervisor"]', 'principal in auditor, supervisor'],
  ['resource has child', 'resource has child'],
  ['!(context has grant)', 'context has no grant'],
  ['resource.boarding', 'resource.boarding'],
  ['!resource.boarding', 'not resource.boarding'],
  ['resource.level >= 2', 'resource.level is at least 2'],
  ['resource.school == "小学"', 'resource.school is "小学"'],
  ['resource.school like "*小学"', 'resource.school is like "*小学"'],
  ['resource.needs.containsAny(["a", "b"])', 'resource.needs contains any of "a", "b"'],
  ['resource.needs.isEmpty()', 'resource.needs is empty'],
  [
    'if resource.boarding then resource.level == 1 else resource.level == 2',
    'if resource.boarding then (resource.level is 1) else (resource.level is 2)',
  ],
  [
    'resource.boarding || (resource.level == 1 && principal in Role::"auditor")',
    'resource.boarding or (resource.level is 1 and principal in auditor)',
  ],
])('%s reads: %s', (text, words) => {
  expect(describeCondition(condition(text))).toBe(words);
});

test('conjuncts are described one by one, in order', () => {
  const parts = conjuncts(condition('resource.boarding && (resource.level == 1 && resource has child)'));
  expect(parts.map(describeCondition)).toEqual(['resource.boarding', 'resource.level is 1', 'resource has child']);
});

test.each([
  ['context.purpose == Purpose::"OWN_DUTY"', 'it is VISIT'],
  ['principal in Role::"supervisor"', 'the caller is case-worker, auditor'],
  ['context.reasonGiven', 'it is false'],
  [
    'context has grant && context.grant has meetingKind',
    'context.grant is present, context.grant.meetingKind is missing',
  ],
  [
    'principal in Role::"supervisor" && principal.agency == Agency::"education"',
    'principal is case-worker, auditor, principal.agency is education',
  ],
])('%s is described as: %s', (text, found) => {
  expect(foundInstead(condition(text), KNOWN)).toBe(found);
});

test('only the number of a grant’s children is shown', () => {
  const covered = condition('context has grant && context.grant.children.contains("c")');
  const [, part = covered] = conjuncts(covered);
  expect(fold(part, KNOWN)).toEqual({ kind: 'literal', value: false });
  expect(foundInstead(part, KNOWN)).toBe('it is a list of 2');
});
