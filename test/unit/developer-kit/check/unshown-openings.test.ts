import { accessChanges } from '../../../../developer-kit/check/rules/access-changes';
import { namedRegions } from '../../../../developer-kit/check/rules/named-regions';
import { understood } from '../../../../developer-kit/check/rules/readable';
import { checkedBy, type Edit } from '../../../support/proposals';

const RULES = 'subgraphs/education/access.cedar';
const CONFERENCE = /(?<=@id\("education\.case-conference"\)[^}]*)/.source;

/** A change of the rule `education.case-conference`. */
const ofConference = (from: string, to: string) => ({ file: RULES, from: new RegExp(`${CONFERENCE}${from}`), to });

const checked = (...edits: readonly Edit[]) => checkedBy([understood, namedRegions, accessChanges], ...edits);

const findings = (lines: readonly string[], kind: RegExp) => lines.filter((line) => kind.test(line));

test('a rule that loses its child opens every child to any conference, and is an opening', () => {
  const { lines } = checked(
    ofConference(' resource has child &&\\n {2}context\\.grant\\.children\\.contains\\(resource\\.child\\) &&', ''),
  );
  expect(findings(lines, /^opening opened: .*education\.case-conference/)).toContainEqual(
    expect.stringMatching(/meeting-member .*for JOINT_MEETING with another case conference.*: DENIED -> CLEAR/),
  );
  expect(findings(lines, /no effect/)).toEqual([]);
});

describe('a rule that names callers of a region', () => {
  const named = (annotation: string) =>
    checked(
      {
        file: RULES,
        from: '@id("education.case-conference")\n',
        to: `@id("education.case-conference")\n${annotation}`,
      },
      ofConference(
        'context\\.grant\\.meetingKind == MeetingKind::"CASE_CONFERENCE"',
        'context.grant.meetingKind == MeetingKind::"CASE_CONFERENCE" || principal.region in Region::"330106"',
      ),
    ).lines;

  test('is an opening to these callers and those inside', () => {
    expect(findings(named('// \n'), /^opening opened/)).toContainEqual(
      expect.stringMatching(/for callers of 330106 or 330106001.*: (DENIED|ABSENT) -> CLEAR/),
    );
  });

  test('needs a reason', () => {
    const error =
      /^error region: education\.case-conference names callers of 330106; say why in @region\("…"\) \(.*:\d+\)/;
    expect(findings(named('// \n'), error)).toHaveLength(1);
    expect(findings(named('@region("数据共享协议所列试点地区")\n'), /^error region/)).toEqual([]);
  });
});

test('an opening that no question shows is suspected, with an example of when it would open', () => {
  const { lines } = checked(
    ofConference(
      'context\\.grant\\.children\\.contains\\(resource\\.child\\)',
      '(context.grant.children.contains(resource.child) || context.grant.cases.isEmpty())',
    ),
  );
  const [line = '', ...others] = findings(lines, /^opening may open/);
  expect(others).toEqual([]);
  expect(line).toMatch(
    /^opening may open: education\.case-conference is changed, and may answer more about education\..*, although no question shows it: for example if .*context\.grant\.cases is empty.* \(subgraphs\/education\/access\.cedar:\d+\)$/,
  );
});

test('a forbid is suspected if it refuses less in a way that no question shows', () => {
  const { lines } = checked({
    file: RULES,
    from: /(?<=@id\("education\.protected-location"\)[\s\S]*?)resource\.locationProtected/,
    to: 'resource.locationProtected && !(context has grant && context.grant.cases.isEmpty())',
  });
  expect(findings(lines, /^opening/)).toEqual([
    expect.stringMatching(
      /^opening may open: education\.protected-location is changed, and may answer more about education\./,
    ),
  ]);
});

describe('a rule that is written otherwise', () => {
  test('is proven to have no effect', () => {
    const { lines } = checked(
      ofConference(
        'context\\.purpose == Purpose::"JOINT_MEETING" &&',
        '!(context.purpose != Purpose::"JOINT_MEETING") && ["JOINT_MEETING", "VISIT"].contains("JOINT_MEETING") &&',
      ),
    );
    expect(findings(lines, /^(?!note coverage)/)).toEqual([
      expect.stringMatching(/^note no effect: education\.case-conference is changed, but changes no answer/),
    ]);
  });

  test('may rely on what every request has: one purpose, and a grant that it can refer to', () => {
    const { lines } = checked(ofConference('context\\.grant\\.kind == GrantKind::"meeting" &&', ''));
    expect(findings(lines, /^(?!note coverage)/)).toEqual([
      expect.stringMatching(/^note no effect: education\.case-conference is changed/),
    ]);
  });

  test('is a change for review if it answers less in a way that no question shows', () => {
    const { lines } = checked(
      ofConference(
        'context\\.grant\\.children\\.contains\\(resource\\.child\\)',
        'context.grant.children.contains(resource.child) && !context.grant.cases.isEmpty()',
      ),
    );
    expect(findings(lines, /^(?!note coverage)/)).toEqual([
      expect.stringMatching(
        /^change may close: education\.case-conference is changed, and opens nothing; no question shows whether it closes anything/,
      ),
    ]);
  });
});

test('the check says how much it has asked', () => {
  const { lines } = checked(ofConference('context\\.grant\\.kind == GrantKind::"meeting" &&', ''));
  expect(findings(lines, /^note coverage/)).toEqual([
    expect.stringMatching(/^note coverage: \d+ requests about up to (all \d+|\d+ of \d+) kinds of record/),
  ]);
  expect(findings(checked().lines, /coverage/)).toEqual([]);
});
