import type { ChangedFile } from '../../../../developer-kit/check/changed-files';
import { lineOf } from '../../../../developer-kit/check/finding';
import type { Reading } from '../../../../developer-kit/check/reading';
import { agreementChanges } from '../../../../developer-kit/check/rules/agreement-changes';
import { classChanges } from '../../../../developer-kit/check/rules/class-changes';
import { type Checked, checked } from '../../../support/proposals';

const EDUCATION = 'subgraphs/education';
const CATALOGUE = `${EDUCATION}/catalogue.yaml`;
const RULES = `${EDUCATION}/access.cedar`;
const CASES = `${EDUCATION}/access.cases.yaml`;
const SHARING = `${EDUCATION}/sharing.yaml`;

let change: Checked;
beforeAll(() => {
  change = checked(
    {
      file: CATALOGUE,
      from: 'grade: restricted\n    basis: 未成年人保护法 第三十九条; 预防未成年人犯罪法 第二十条、第三十三条',
      to: 'grade: general\n    basis: 待补充 第一条',
    },
    { file: CATALOGUE, from: 'name: 学籍号\n    grade: sensitive', to: 'name: 学号\n    grade: restricted' },
    {
      file: RULES,
      from: /(@id\("education\.visit"\)\n@basis\(")[^"]*/,
      to: '@id("education.visit")\n@basis("未成年人保护法 第九条',
    },
    { file: RULES, from: '@agreement("education/governance-center/demo-2")\n', to: '' },
    {
      file: SHARING,
      from: '      - education.schooling\n',
      to: '      - education.schooling\n      - education.wellbeing-score\n',
    },
    {
      file: CASES,
      from: 'case-conference: DENIED\n  owner: CLEAR\n  emergency: DENIED\n  assessment: MASKED\n  own-under-reference: { joint-meeting: MASKED, others: CLEAR }',
      to: 'case-conference: MASKED\n  owner: DENIED\n  emergency: DENIED\n  assessment: CLEAR\n  own-under-reference: CLEAR',
    },
    { file: CASES, from: '    - Child.school\n', to: '' },
    { file: CASES, from: 'own-duty: as above, others: ABSENT', to: 'others: ABSENT' },
  );
});

const openings = () => change.lines.filter((line) => /^(?:opening|change) (?:class|basis|agreement|cases)/.test(line));

test('a lower grade and another basis of a class are openings; a higher grade and another name are changes', () => {
  expect(openings().filter((line) => line.includes(' class: '))).toEqual([
    `opening class: education.bullying is graded general instead of restricted (${change.at(CATALOGUE, 'grade: general')})`,
    `opening class: education.bullying is based on 待补充 第一条 instead of 未成年人保护法 第三十九条; 预防未成年人犯罪法 第二十条、第三十三条 (${change.at(CATALOGUE, 'basis: 待补充')})`,
    `change class: education.identifier is graded restricted instead of sensitive (${change.at(CATALOGUE, 'grade: restricted')})`,
    `change class: education.identifier is called 学号 instead of 学籍号 (${change.at(CATALOGUE, 'name: 学号')})`,
  ]);
});

test('a class that goes is an opening', () => {
  const some = { grade: 'general', name: '某', basis: '某法', refusal: 'absent' };
  const former = { catalogue: { classes: new Map([['education.some', some]]) }, policies: [] };
  const read = {
    agency: 'education',
    catalogue: { classes: new Map() },
    folder: { catalogue: { path: CATALOGUE, text: '' } },
  };
  const reading = {
    before: { graph: { agencies: new Map([['education', former]]) } },
    after: { agencies: new Map([['education', read]]) },
  };
  expect(classChanges(reading as unknown as Reading).map(lineOf)).toEqual([
    `class: education.some went, and with it the rules that protect its fields (${CATALOGUE}:1)`,
  ]);
});

test('a text that is no law is no basis', () => {
  expect(change.lines).toContain(
    `error basis: Class "education.bullying" cites 待补充, which is not the name of a law (${change.at(CATALOGUE, 'basis: 待补充')})`,
  );
});

test('rules with another basis or without their agreement are openings', () => {
  const basis = openings().filter((line) => line.includes(' basis: '));
  expect(basis).toEqual([
    expect.stringMatching(
      /^opening basis: education\.case-handling names no agreement instead of the agreement education\/governance-center\/demo-2 \(/,
    ),
    expect.stringMatching(/^opening basis: education\.visit is based on 未成年人保护法 第九条 instead of /),
  ]);
});

test('agreements that cover more are openings', () => {
  expect(openings().filter((line) => line.includes(' agreement: '))).toEqual([
    expect.stringMatching(
      /^opening agreement: the agreement education\/governance-center\/\S+ also covers education\.wellbeing-score \(/,
    ),
  ]);
});

test('cases that expect more, or are about less, are openings', () => {
  expect(openings().filter((line) => line.includes(' cases: '))).toEqual([
    `opening cases: education.school-place: 1 of its fields went or changed (${change.at(CASES, "fields:\n    - { field: 'Child.enrolment { school }'")})`,
    `opening cases: education.school-place: what holds where the location is protected changed (${change.at(CASES, 'where-protected: ')})`,
    `opening cases: education.identifier: case-conference is expected to answer MASKED instead of DENIED (${change.at(CASES, 'case-conference: MASKED')})`,
    `opening cases: education.identifier: assessment is expected to answer CLEAR instead of MASKED (${change.at(CASES, 'assessment: CLEAR\n  own-under-reference: CLEAR\n  developer: DENIED\n  others: DENIED\n\n# 学生欺凌')})`,
    `opening cases: education.identifier: own-under-reference of joint-meeting is expected to answer CLEAR instead of MASKED (${change.at(CASES, 'own-under-reference: CLEAR\n  developer: DENIED\n  others: DENIED\n\n# 学生欺凌')})`,
  ]);
});

test('agreements to send fields and new sharing agreements are openings', () => {
  const path = `${EDUCATION}/agreements.yaml`;
  const entry = (field: string) =>
    `agreements:\n  - { from: public-security, fields: [${field}], purpose: 学段核对, basis: 网络数据安全管理条例 第十二条 }\n`;
  const said = (changed: ChangedFile) => {
    const agencies = new Map([['education', { agency: 'education', catalogue: undefined }]]);
    return agreementChanges({ changed: [changed], after: { agencies } } as unknown as Reading).map(lineOf);
  };
  expect(said({ path, before: undefined, after: entry('Identity.birthDate') })).toEqual([
    `agreement: public-security may send Identity.birthDate to education, for 学段核对 (${path}:2)`,
  ]);
  expect(said({ path, before: entry('Identity.birthDate, Identity.sex'), after: entry('Identity.sex') })).toEqual([]);
});
