import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { lineOf } from '../../developer-kit/check/finding';
import { filesIn } from '../../developer-kit/check/project-files';
import { readAgency } from '../../developer-kit/check/read-agency';
import { agencyFolders } from '../../developer-kit/check/read-proposal';
import { compose } from '../../developer-kit/compose/compose';
import { readAgencyRules, ruleTexts } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import { PROJECT } from '../../shared/config/project-root';

const CLASS = (name: string) =>
  `  education.${name}: { name: 测试, grade: general, basis: 测试法 第一条, refusal: denied }\n`;

const RULE = (name: string) => `// Everyone who is asked about here.
@id("education.${name}")
@basis("测试法 第一条")
permit (principal, action == Action::"read", resource in DataClass::"education.${name}");
`;

const CASES = (name: string, fields: string) => `education.${name}:
  fields: [${fields}]
  case-handling: CLEAR
  joint-meeting: CLEAR
  case-conference: CLEAR
  owner: CLEAR
  emergency: CLEAR
  developer: DENIED
  others: DENIED
`;

/** An agency with a use case in its own folder, which adds a field to `Child`. */
const FILES: Readonly<Record<string, string>> = {
  'catalogue.yaml': `classes:\n${CLASS('lessons')}${CLASS('clubs')}plain: []\n`,
  'schema.graphql': `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@inaccessible"])

type Child @key(fields: "id") {
  id: ID!
  lessons: [String!]! @policy(policies: [["education.lessons"]])
}

type Query {
  child(id: ID!): Child @policy(policies: [["education.lessons"]])
}
`,
  'access.cedar': RULE('lessons'),
  'access.cases.yaml': CASES('lessons', 'Child.lessons, Query.child'),
  'clubs/schema.graphql': `extend type Child {
  clubs: [Club!]!
}

type Club @policy(policies: [["education.clubs"]]) {
  leader: String @mask(as: NAME)
}
`,
  'clubs/access.cedar': RULE('clubs'),
  'clubs/access.cases.yaml': CASES('clubs', "'Child.clubs { leader }'"),
  // Labelled by the type, whose label is in another file.
  'clubs/rooms/schema.graphql': 'extend type Club {\n  room: String\n}\n',
  // Editors' hidden files do not belong to the agency.
  'clubs/.old/schema.graphql': 'type Club',
};

let project: string;
let folder: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'agency-in-folders-'));
  folder = join(project, 'subgraphs/education');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});

afterEach(() => rmSync(project, { recursive: true }));

const composed = () => compose([{ agency: 'education', folder }]);

const findings = () => agencyFolders(filesIn(project)).flatMap((one) => readAgency(one).findings.map(lineOf));

test('an agency consists of all files of its folder, at any depth', () => {
  const { faults, sdl, rules } = composed();
  expect(faults).toEqual([]);
  expect(sdl).toContain('  clubs: [Club!]!');
  expect(sdl).toContain('  room: String');
  expect(rules?.education?.masked).toEqual({ 'Club.leader': 'NAME' });
  expect(rules?.education?.policies).toEqual({
    'access.cedar': FILES['access.cedar'],
    'clubs/access.cedar': FILES['clubs/access.cedar'],
  });
  expect(findings()).toEqual([]);
});

test('a rule in a subfolder has the same effect as one beside the schema', () => {
  const rules = readAgencyRules('education', ruleTexts(folder));
  expect(rules.policies.map(({ id, file, line }) => [id, file, line])).toEqual([
    ['education.lessons', 'access.cedar', 2],
    ['education.clubs', 'clubs/access.cedar', 2],
  ]);
  const answers = (decided: typeof rules) =>
    ['lessons', 'clubs'].map((name) =>
      new AccessRules([decided])
        .decisionsFor({
          caller: { sub: 'somebody', name: '某', agency: 'education', roles: ['agency-officer'], region: '990101' },
          purpose: 'OWN_DUTY',
          reference: null,
          reasonGiven: false,
          grant: null,
        })
        .decide([[[`education.${name}`]]], { region: '990101' }, false),
    );
  expect(answers(rules)).toEqual(['CLEAR', 'CLEAR']);
  rmSync(join(folder, 'clubs/access.cedar'));
  expect(answers(readAgencyRules('education', ruleTexts(folder)))).toEqual(['CLEAR', 'DENIED']);
});

/** The change in a file, and the expected fault with its line; `compose` does not check cases. */
const FAULTS: readonly (readonly [file: string, from: string, to: string, what: RegExp, line: number])[] = [
  ['clubs/schema.graphql', 'leader: String', 'leader = String', /Syntax Error: Expected ":"/, 6],
  [
    'clubs/schema.graphql',
    '[["education.clubs"]]',
    '[["education.club"]]',
    /"education\.club", which the catalogue/,
    6,
  ],
  ['clubs/access.cedar', 'DataClass::"education.clubs"', 'DataClass::"education.club"', /unknown DataClass/, 4],
  ['clubs/access.cedar', 'permit (', 'permit', /cannot be read/, 4],
  ['clubs/access.cedar', '"education.clubs"', '"education.lessons"', /Two rules have the @id "education\.lessons"/, 2],
  ['clubs/access.cases.yaml', 'education.clubs', 'education.club', /education\.club is not a data class/, 1],
  [
    'clubs/access.cases.yaml',
    'owner: CLEAR',
    'owner: OPEN',
    /education\.clubs\.owner: Expected CLEAR, MASKED, DENIED, ABSENT/,
    6,
  ],
  [
    'clubs/access.cases.yaml',
    'education.clubs',
    'education.lessons',
    /lessons already has an entry in .*\/access\.cases\.yaml/,
    1,
  ],
  ['clubs/access.cases.yaml', 'owner: CLEAR', 'owner: [', /Flow sequence/, 7],
];

test.each(FAULTS)('a fault in %s is reported with that file and its line: %s', (file, from, to, what, line) => {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  const isNamed = (faults: readonly string[], named: string) =>
    expect(faults.filter((fault) => what.test(fault))).toContainEqual(expect.stringContaining(`(${named}:${line})`));
  if (!file.includes('cases')) isNamed(composed().faults, relative(PROJECT, path));
  if (!what.source.includes('catalogue')) isNamed(findings(), `subgraphs/education/${file}`);
});

test.each([
  ['schema.graphql', '.graphql'],
  ['access.cedar', '.cedar'],
])('an agency needs at least one %s', (name, ending) => {
  for (const path of Object.keys(FILES)) if (path.endsWith(ending)) rmSync(join(folder, path));
  expect(composed().faults).toEqual([expect.stringContaining(`There is no ${join(folder, name)}.`)]);
});

test('an extension of a type that the schema does not define keeps its labels and masks', () => {
  rmSync(join(folder, 'clubs/rooms'), { recursive: true });
  writeFileSync(
    join(folder, 'clubs/schema.graphql'),
    'extend type Club @key(fields: "id") @policy(policies: [["education.clubs"]]) { id: ID! leader: String @mask(as: NAME) }',
  );
  const { rules, faults } = composed();
  expect(faults).toEqual([expect.stringMatching(/Club/)]);
  expect(rules?.education?.masked).toEqual({ 'Club.leader': 'NAME' });
});
