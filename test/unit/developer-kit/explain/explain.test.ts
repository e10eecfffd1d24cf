import { explainArguments } from '../../../../developer-kit/explain/arguments';
import { explain } from '../../../../developer-kit/explain/explain';
import { COMMITTED } from '../../../support/graphs';

const VISIT = ['--as', 'child-director', '--purpose', 'VISIT'];

async function explained(...options: string[]): Promise<string> {
  return explain(COMMITTED, explainArguments(options), () => Promise.reject(new Error('No child was named.')));
}

test('deciding rules are shown with file, line and basis, and the part that depends on the record', async () => {
  expect(await explained(...VISIT, '--field', 'Child.enrolment.grade')).toMatch(
    new RegExp(
      [
        'child-director \\(child-director of civil-affairs, region 990101001001\\) for VISIT, with a list of visits that the caller ' +
          'takes part in: Child.enrolment.grade',
        '',
        'By the rules: CLEAR or DENIED, depending on the record',
        '',
        'Child.enrolment: CLEAR or DENIED, depending on the record',
        '  education.schooling 学籍与出勤 · sensitive · a refusal is DENIED · label of the field',
        '    may permit: education.visit \\(permit read\\), subgraphs/education/access.cedar:\\d+',
        '      未成年人保护法 第四十三条、第八十一条; 预防未成年人犯罪法 第二十五条; 个人信息保护法 第六条; 网络数据安全管理条例 第十二条',
        '      met: principal in case-worker or principal in child-director',
        '      met: context.purpose is VISIT',
        '      met: context has grant',
        '      met: context.grant.kind is visits',
        '      depends on the record: resource has child',
        '      depends on the record: context.grant.children contains resource.child',
        '    \\d+ more, about other callers \\(--all\\)',
        '',
        'Enrolment.grade: CLEAR or DENIED, depending on the record',
        '  education.schooling · label of the type Enrolment · see Child.enrolment',
        '',
        'The stated purpose is sufficient.',
      ].join('\n'),
    ),
  );
});

test('near misses, forbids and purposes that would open the field are shown', async () => {
  const denied = await explained('--as', 'town-case-worker', '--purpose', 'VISIT', '--field', 'Child.bullyingReports');
  expect(denied).toContain('no rule permits it\n    came near: education.case-handling (permit read)');
  expect(denied).toContain('not met: context.purpose is CASE_HANDLING (it is VISIT)');
  expect(denied).toContain('This caller could see it for CASE_HANDLING (with a case)');
  const address = await explained('--as', 'town-case-worker', '--purpose', 'VISIT', '--field', 'Household.address');
  expect(address).toMatch(
    /may forbid: public-security.protected-location \(forbid read.*\), subgraphs\/public-security\//,
  );
  expect(address).toContain('depends on the record: resource.locationProtected');
});

test('rules for other callers are shown with --all', async () => {
  const all = await explained(...VISIT, '--field', 'Enrolment.grade', '--all');
  expect(all).toContain('does not apply: education.owner (permit read)');
  expect(all).toContain('not met: principal in agency-officer (the caller is child-director)');
});

test('--json prints the same facts as JSON', async () => {
  const facts = JSON.parse(await explained(...VISIT, '--field', 'Child.enrolment.grade', '--json'));
  expect(facts).toMatchObject({
    caller: { sub: 'child-director' },
    purpose: 'VISIT',
    answers: ['CLEAR', 'DENIED'],
    steps: [{ coordinate: 'Child.enrolment' }, { coordinate: 'Enrolment.grade', answers: ['CLEAR', 'DENIED'] }],
  });
});

test('a reference is assumed, and its kind of meeting is an option', async () => {
  const asked = ['--as', 'police-member', '--purpose', 'JOINT_MEETING', '--field', 'Child.bullyingReports'];
  expect(await explained(...asked)).toContain('By the rules: DENIED\n');
  expect(await explained(...asked)).toContain('not met: context.grant.meetingKind is CASE_CONFERENCE (it is REGULAR)');
  expect(await explained(...asked, '--meeting-kind', 'CASE_CONFERENCE')).toContain('By the rules: CLEAR or DENIED');
});

test.each([
  [['--as', 'child-directr'], /unknown caller "child-directr"; did you mean "child-director"\? It is one of town-/],
  [['--purpose', 'VIST'], /unknown purpose "VIST"; did you mean "VISIT"\? It is one of RISK_ASSESSMENT/],
  [['--field', 'Child.enrolmnt'], /^Of Child, this is an unknown field "enrolmnt"; did you mean "enrolment"\?$/],
  [['--field', 'Chidl.enrolment'], /^This is an unknown type "Chidl"; did you mean "Child"\?$/],
  [['--field', 'Child'], /^Child is a type; name a field of it\.$/],
  [['--field', 'Enrolment.grade.name'], /^String is a value and has no fields\.$/],
  [['--field', 'Enrolment.grade', '--child', 'x'], /begins with Child/],
  [['--meeting-kind', 'ANY'], /unknown kind of meeting "ANY"/],
  [['--purpose', 'EMERGENCY'], /written reason .*--reason/],
  [['--purpose', 'CASE_HANDLING', '--reference', 'meeting/1'], /must be case\/<id>\. .*--reference/],
  [['--collour'], /Unknown option '--collour'[\s\S]*Usage: npm run explain/],
])('%s is refused with what is allowed', async (wrong, message) => {
  await expect((async () => explained(...VISIT, '--field', 'Child.enrolment.grade', ...wrong))()).rejects.toThrow(
    message,
  );
});
