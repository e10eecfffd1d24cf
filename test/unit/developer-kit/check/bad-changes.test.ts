import { type Checked, checked } from '../../../support/proposals';

const EDUCATION = 'subgraphs/education';
const SCHEMA = `${EDUCATION}/schema.graphql`;
const RULES = `${EDUCATION}/access.cedar`;
const CASES = `${EDUCATION}/access.cases.yaml`;
const CATALOGUE = `${EDUCATION}/catalogue.yaml`;

let change: Checked;

test('the agencies of the project pass without findings', () => {
  expect(checked().lines).toEqual([]);
});

describe('one clear line with file and line reports, of changes to schemas,', () => {
  beforeAll(() => {
    change = checked(
      { file: SCHEMA, from: / {2}"The original school, always \(学籍所在学校\)\."\n {2}school: .*\n/, to: '' },
      { file: SCHEMA, from: '  "The state of the enrolment (学籍状态)."\n  status: String!\n', to: '' },
      { file: SCHEMA, from: 'months: Int = 6', to: 'months: Int! = 6' },
      { file: SCHEMA, from: '"education.bullying"', to: '"education.bulying"' },
      {
        file: SCHEMA,
        from: '"""\nStates of a referral',
        to: '"""\nA way to school (上学方式).\n"""\ntype Transport {\n  "How (方式)."\n  way: String\n}\n\n"""\nStates of a referral',
      },
      {
        file: SCHEMA,
        from: '@key(fields: "id")',
        to: '@key(fields: "id") @key(fields: "enrolment { studentNumber }")',
      },
    );
  });

  test('a removed field, with the operations that use it', () => {
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          '^error breaking: Enrolment\\.school was removed; breaks query CaseView \\(examples/case-view\\.graphql, [0-9a-f]{12}\\), ' +
            '.*query Record \\(examples/record\\.json, [0-9a-f]{12}\\).* ' +
            `\\(${change.atHead(SCHEMA, '  school: String @policy(policies: [["education.school-place"]])\n  "The type of')}\\)$`,
        ),
      ),
    );
  });

  test('a type that is narrowed', () => {
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          '^error breaking: Child\\.attendance arg months has changed type from Int to Int!; breaks query CaseView ' +
            `.*\\(${change.at(SCHEMA, 'attendance(')}\\)$`,
        ),
      ),
    );
  });

  test('a field without a label', () => {
    expect(change.lines).toContain(
      'error label: Field "Transport.way" has no label: add @policy, or list it as plain in the catalogue. ' +
        `(${change.at(SCHEMA, '  way: String')})`,
    );
  });

  test('an unknown data class', () => {
    const place = change.at(SCHEMA, 'bullyingReports:');
    expect(change.lines).toContain(
      `error label: Field "Child.bullyingReports" is labelled "education.bulying", which the catalogue does not list. (${place})`,
    );
    expect(change.lines).toContain(
      'change keeps silent: Child.bullyingReports — everyone who is refused it for any purpose: DENIED -> ABSENT, ' +
        `a refusal that is no longer visible, by its new label education.bulying (${place})`,
    );
  });

  test('a key with personal data', () => {
    const place = change.at(SCHEMA, '@key(fields: "id") @key');
    expect(change.lines).toContain(`error label: Type "Child" has a key other than "id". (${place})`);
    expect(change.lines).toContain(
      'error flow: Enrolment.studentNumber (education.schooling, education.identifier) would be sent from education to every agency ' +
        `that knows Child, by @key on Child; a key may contain only the pseudonym (${place})`,
    );
  });

  test('a case that names an unknown field', () => {
    expect(change.lines).toContain(
      `error cases: education.school-place: There is no Enrolment.school. (${change.at(CASES, '  fields:\n    - Child.school')})`,
    );
  });
});

describe('one clear line with file and line reports, of changes to answers,', () => {
  const FORBID = 'subgraphs/public-security/access.cedar';
  const POLICE_CASES = 'subgraphs/public-security/access.cases.yaml';

  beforeAll(() => {
    change = checked(
      { file: SCHEMA, from: 'String @policy(policies: [["education.identifier"]])', to: 'String' },
      { file: CATALOGUE, from: 'refusal: absent', to: 'refusal: denied' },
      { file: FORBID, from: /@id\("public-security\.protected-location"\)[\s\S]*?\n};/, to: '' },
    );
  });

  test('a label that is dropped', () => {
    expect(change.lines).toContain(
      'opening opened: Enrolment.studentNumber — child-director for VISIT with its visits, in any region: DENIED -> CLEAR, by its label education.identifier, ' +
        'which was removed, against the cases of education.identifier, which say DENIED ' +
        `(${change.at(SCHEMA, 'studentNumber:')}, ${change.at(CASES, 'education.identifier:')})`,
    );
  });

  test('a class whose refusal becomes visible', () => {
    expect(change.lines).toContain(
      'error cases: education.wellbeing-score has another refusal in the catalogue ' +
        `(${change.at(CASES, 'education.wellbeing-score:')})`,
    );
    const refusal = change.atHead(CATALOGUE, 'refusal: absent').replace(' at HEAD', '');
    expect(change.lines).toContain(
      'opening tells: WellbeingScreening.score — everyone who is refused it for any purpose: ABSENT -> DENIED, a refusal that is now ' +
        'visible, by the refusal of education.wellbeing-score, against the cases of education.wellbeing-score, which say ABSENT ' +
        `(${refusal}, ${change.at(CASES, 'education.wellbeing-score:')})`,
    );
  });

  test('a removed forbid, with the conditions on the record', () => {
    expect(change.lines).toContain(
      'opening opened: Household.address, Household.registeredPlace and Household.residenceRegion — child-director of all agencies but public-security for WELFARE_SERVICE with its task, WELFARE_SERVICE with its assignment, ' +
        'WELFARE_SERVICE with its assignment, at school and VISIT with its visits, in any region, where locationProtected is true: ' +
        'ABSENT -> CLEAR, by public-security.protected-location, which was removed, against the cases of public-security.address, which say ' +
        `ABSENT (${change.atHead(FORBID, '@id("public-security.protected-location")')}, ${change.at(POLICE_CASES, 'where-protected:')})`,
    );
  });
});

describe('one clear line with file and line reports, of changes to rules and masks,', () => {
  const WRITES = 'subgraphs/governance-center/access.cedar';

  beforeAll(() => {
    change = checked(
      { file: RULES, from: 'principal in Role::"agency-officer",', to: 'principal,' },
      { file: RULES, from: /@id\("education\.emergency"\)[\s\S]*?\n};\n/, to: '' },
      {
        file: RULES,
        from: '// 联席会议成员',
        to: '@id("education.both")\n@basis("未成年人保护法 第九条")\npermit (principal, action == Action::"read", resource in DataClass::"education.bullying")\nwhen { principal in Role::"auditor" && principal in Role::"supervisor" };\n\n// 联席会议成员',
      },
      { file: SCHEMA, from: ' @mask(as: STUDENT_NUMBER)', to: '' },
      { file: WRITES, from: '"recordVisit", "recordProtectionVisit"', to: '"recordVisit", "confirmRisk"' },
      { file: 'subgraphs/public-security/schema.graphql', from: '@mask(as: ID_NUMBER)', to: '@mask(as: NAME)' },
    );
  });

  test('a rule that is widened to all roles', () => {
    expect(change.lines).toContain(
      'opening opened: Child.enrolment, Child.attendance and 12 more fields — all roles but agency-officer of education for OWN_DUTY: ' +
        'DENIED -> CLEAR, by education.owner, against the cases of education.schooling, which say DENIED ' +
        `(${change.at(RULES, '@id("education.owner")')}, ${change.at(CASES, 'others: DENIED')})`,
    );
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          '^error cases: education\\.schooling, .* — all roles but case-worker and agency-officer of education for OWN_DUTY: ' +
            `the rules answer CLEAR instead of DENIED \\(${change.at(CASES, 'developer: DENIED')}, `,
        ),
      ),
    );
  });

  test('a mask that is removed', () => {
    expect(change.lines).toContain(
      'error closed: Enrolment.studentNumber — case-worker for RISK_ASSESSMENT with its assessment, in any region: MASKED -> DENIED, by its mask, which was removed; ' +
        'lost by examples/child.graphql and examples/child.json ' +
        `(${change.at(SCHEMA, 'studentNumber:')})`,
    );
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        new RegExp(
          '^error cases: education\\.identifier — case-worker of governance-center for RISK_ASSESSMENT with its assessment, in any region: ' +
            `the rules answer DENIED instead of MASKED \\(${change.at(CASES, 'assessment: MASKED')}\\b`,
        ),
      ),
    );
  });

  test('a mask that is exchanged', () => {
    expect(change.lines).toContain(
      'opening mask: Identity.idNumber — everyone who is answered MASKED sees the value masked as NAME instead of ID_NUMBER ' +
        `(${change.at('subgraphs/public-security/schema.graphql', 'idNumber:')})`,
    );
  });

  test('an opening only for a combination of two roles', () => {
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        /^opening opened: BullyingReport\.reportedAt, .* — supervisor with auditor of all agencies but education for any purpose, in any region: DENIED -> CLEAR, by education\.both, /,
      ),
    );
  });

  test('a closed answer, and the cases that require it', () => {
    expect(change.lines).toContain(
      'error closed: Child.attendance, Child.dropoutAlerts and 9 more fields — case-worker for EMERGENCY: CLEAR -> DENIED, ' +
        `by education.emergency, which was removed; lost by examples/case-view.graphql (${change.atHead(RULES, '@id("education.emergency")')})`,
    );
    expect(change.lines).toContainEqual(
      expect.stringMatching(
        /^error cases: education\.schooling — .*EMERGENCY: the rules answer DENIED instead of CLEAR/,
      ),
    );
  });

  test('added and removed permissions to write', () => {
    const place = `(${change.at(WRITES, '@id("governance-center.visiting")')})`;
    const who = 'case-worker and child-director for VISIT with its visits, in any region';
    expect(change.lines).toContain(
      `opening may write: Mutation.confirmRisk — ${who}: REFUSED -> ALLOWED, by governance-center.visiting ${place}`,
    );
    expect(change.lines).toContain(
      `change may not write: Mutation.recordProtectionVisit — ${who}: ALLOWED -> REFUSED, by governance-center.visiting ${place}`,
    );
  });
});

describe('a change without fault', () => {
  beforeAll(() => {
    const rule =
      '@id("education.again")\n@basis("未成年人保护法 第四十三条")\npermit (\n  principal in Role::"child-director",\n  action == Action::"read",\n  resource in DataClass::"education.schooling"\n) when {\n  context.purpose == Purpose::"VISIT" && context has grant && resource has child && context.grant.children.contains(resource.child)\n};\n';
    change = checked(
      { file: RULES, from: '// 联席会议成员', to: `${rule}// 联席会议成员` },
      {
        file: RULES,
        from: /(?<=@id\("education\.case-conference"\)[^}]*DataClass::"education\.special-needs")\n/,
        to: ',\n    DataClass::"education.wellbeing-score"\n',
      },
      {
        file: 'subgraphs/education/sharing.yaml',
        from: /(?<=recipient: joint-meeting\n[^#]*education\.special-needs\n)/,
        to: '      - education.wellbeing-score\n',
      },
      {
        file: CASES,
        from: /joint-meeting: ABSENT\n {2}case-conference: ABSENT/,
        to: 'joint-meeting: ABSENT\n  case-conference: CLEAR',
      },
      {
        file: SCHEMA,
        from: '  "Whether the pupil boards',
        to: '  "The way to school (上学方式)."\n  transport: String\n  "Whether the pupil boards',
      },
    );
  });

  test('is listed for the reviewer if it opens only what the cases state, with the cases and agreements that changed', () => {
    const place = change.at(RULES, '@id("education.case-conference")');
    expect(change.lines.filter((line) => !/^note|^opening new/.test(line))).toEqual([
      expect.stringMatching(
        new RegExp(
          '^opening opened: WellbeingScreening\\.score — meeting-member of all agencies but education for JOINT_MEETING with its ' +
            `case conference, in any region: ABSENT -> CLEAR, by education\\.case-conference, as the cases say \\(${place}, ${CASES}:`,
        ),
      ),
      expect.stringMatching(
        /^opening agreement: the agreement education\/joint-meeting\/\S+ also covers education\.wellbeing-score \(/,
      ),
      expect.stringMatching(
        /^opening cases: education\.wellbeing-score: case-conference is expected to answer CLEAR instead of ABSENT \(/,
      ),
    ]);
  });

  test('is reported if a rule changes no answer', () => {
    expect(change.lines).toContain(
      `note no effect: education.again is new, but changes no answer (${change.at(RULES, '@id("education.again")')})`,
    );
  });

  test('reports exactly the callers who are answered about a new field', () => {
    const place = change.at(RULES, '@id("education.case-handling")');
    const told = change.lines.filter((line) => line.startsWith('opening new: '));
    expect(told).toContainEqual(
      expect.stringMatching(
        new RegExp(
          '^opening new: Enrolment\\.transport — case-worker for CASE_HANDLING with its case, in any region: CLEAR, by education\\.case-handling, ' +
            `as the cases say \\(${change.at(SCHEMA, '  transport: String')}, ${place}, ${CASES}:\\d+\\)$`,
        ),
      ),
    );
    expect(told.filter((line) => /DENIED|ABSENT|auditor/.test(line))).toEqual([]);
  });

  test('is noted if it adds something', () => {
    expect(change.lines).toContain(
      `note added: Enrolment.transport, which requires education.schooling (${change.at(SCHEMA, '  transport: String')})`,
    );
  });
});
