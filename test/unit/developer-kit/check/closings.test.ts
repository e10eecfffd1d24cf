import { composedCases } from '../../../../developer-kit/check/rules/composed-cases';
import { type Checked, checked, checkedBy } from '../../../support/proposals';

const SCHEMA = 'subgraphs/education/schema.graphql';
const RULES = 'subgraphs/education/access.cedar';
const CASES = 'subgraphs/education/access.cases.yaml';
const OTHER = 'subgraphs/civil-affairs/schema.graphql';
const LABEL = '@policy(policies: [["civil-affairs.welfare-reason"]])';

let change: Checked;

describe('a field that another agency shares, with a label that closes it to nearly everyone,', () => {
  beforeAll(() => {
    const shareable = { from: '"@inaccessible"', to: '"@inaccessible", "@shareable"' };
    change = checked(
      { file: SCHEMA, ...shareable },
      { file: SCHEMA, from: /(?<=type Enrolment .*\n.*\n {2}school: String) @policy/, to: ' @shareable @policy' },
      { file: OTHER, ...shareable },
      {
        file: OTHER,
        from: 'type Child @key(fields: "id") {\n',
        to: `"""\nEnrolment (学籍).\n"""\ntype Enrolment {\n  "The school (学校)."\n  school: String @shareable ${LABEL}\n}\n\ntype Child @key(fields: "id") {\n`,
      },
    );
  });

  test("contradicts its owner's cases, although the owner's rules agree with them", () => {
    expect(change.lines).toContain(
      'error cases: Enrolment.school — child-director for VISIT with its visits, in any region: the composed field answers ABSENT instead of CLEAR, ' +
        `because civil-affairs labels it civil-affairs.welfare-reason (${change.at(OTHER, '  school: String @shareable')}, ` +
        `${change.at(CASES, 'education.schooling:')}, ${line(change.at(CASES, 'education.school-place:'))})`,
    );
    expect(change.lines.filter((one) => /^error cases: education\./.test(one))).toEqual([]);
  });

  test('is an error for the operations that lose it, and because its owner does not close it', () => {
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        /^error closed: Enrolment\.school — child-director .* for VISIT with its visits, .*: CLEAR -> ABSENT, by its new label civil-affairs\.welfare-reason; lost by examples\/case-view\.graphql, .* and examples\/record\.graphql; closed by civil-affairs, and owned by education \(subgraphs\/civil-affairs\/schema\.graphql:\d+\)$/,
      ),
    );
  });
});

describe('a label of another agency', () => {
  test('on a type closes the fields of all agencies', () => {
    change = checkedBy([composedCases], {
      file: OTHER,
      from: 'type Child @key(fields: "id") {',
      to: `type Child @key(fields: "id") ${LABEL} {`,
    });
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          '^error cases: Child\\.enrolment.* — child-director for VISIT with its visits, in any region: the composed field answers ABSENT ' +
            `instead of CLEAR, because civil-affairs labels it civil-affairs\\.welfare-reason \\(${change.at(OTHER, 'type Child')}, `,
        ),
      ),
    );
  });

  test('on a field without a label of its owner closes it, too', () => {
    change = checkedBy([composedCases], { file: OTHER, from: '  id: ID!\n', to: `  id: ID! ${LABEL}\n` });
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        /^error cases: Child\.id — .*: the composed field answers ABSENT instead of CLEAR, because civil-affairs labels it /,
      ),
    );
  });
});

test("a closing by the field's owner is an error only for fields that a registered operation selects", () => {
  change = checked({ file: RULES, from: /@id\("education\.emergency"\)[\s\S]*?\n};\n/, to: '' });
  const closed = change.lines.filter((one) => / closed: /.test(one));
  expect(closed).toContainEqual(expect.stringMatching(/^error closed: .*; lost by examples\/case-view\.graphql\b/));
  expect(closed).toContainEqual(expect.stringMatching(/^change closed: Child\.school — .*, by education\.emergency, /));
  expect(closed.filter((one) => one.includes('closed by'))).toEqual([]);
});

/** `file:12` -> `12` */
const line = (place: string): string => place.split(':').at(-1) ?? '';
