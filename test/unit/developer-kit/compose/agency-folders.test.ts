import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAgencyFolders } from '../../../../developer-kit/compose/agency-folders';
import { withServices } from '../../../../developer-kit/compose/docker-services';
import { withSection } from '../../../../developer-kit/compose/generated-section';
import { writeGenerated } from '../../../../developer-kit/compose/write-generated';
import { ErrorList } from '../../../../shared/cli/error-list';
import { PROJECT } from '../../../../shared/config/project-root';
import { AGENCIES } from '../../../../shared/domain/agencies';

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'agency-folders-'));
  cpSync(join(PROJECT, 'subgraphs'), join(copy, 'subgraphs'), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

const read = () => readAgencyFolders(join(copy, 'subgraphs'), copy);

function faults(): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ErrorList) return error.faults;
    throw error;
  }
}

function change(agency: string, from: string | RegExp, to: string): void {
  const file = join(copy, 'subgraphs', agency, 'agency.yaml');
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to));
}

/** Adds an agency with the given agency.yaml. */
function join7(name = 'weather-bureau', yaml = 'name: 气象局\nenglish: weather bureau\nshort: 气\norder: 99\n'): void {
  cpSync(join(copy, 'subgraphs/womens-federation'), join(copy, 'subgraphs', name), { recursive: true });
  writeFileSync(join(copy, 'subgraphs', name, 'agency.yaml'), yaml);
}

test('agencies are the folders, sorted by order and name', () => {
  expect(read().map(({ agency }) => agency)).toEqual(AGENCIES);
  join7();
  expect(read().map(({ agency }) => agency)).toEqual([...AGENCIES, 'weather-bureau']);
  change('weather-bureau', 'order: 99', 'order: 2');
  // Agencies of equal order are sorted by name.
  expect(
    read()
      .map(({ agency }) => agency)
      .slice(0, 4),
  ).toEqual(['governance-center', 'public-security', 'weather-bureau', 'civil-affairs']);
});

test('an agency has three officers by default, or those in its file', () => {
  join7();
  const officersOf = (name: string) => read().find(({ agency }) => agency === name)?.officers;
  expect(officersOf('weather-bureau')).toEqual([
    { sub: 'weather-bureau-member', name: '气象局联席会议成员', role: 'meeting-member', region: '990101' },
    { sub: 'weather-bureau-officer', name: '气象局经办人', role: 'agency-officer', region: '990101' },
    { sub: 'weather-bureau-head', name: '气象局负责人', role: 'responsible-person', region: '990101' },
  ]);
  expect(officersOf('procuratorate')?.map(({ sub }) => sub)).toEqual([
    'prosecutor-member',
    'prosecutor',
    'prosecutor-head',
  ]);
});

test.each<[string, () => void, readonly string[]]>([
  [
    'a folder without an agency in it',
    () => mkdirSync(join(copy, 'subgraphs/weather-bureau')),
    [
      'every folder here is an agency, but this one has no agency.yaml, schema.graphql, catalogue.yaml, access.cedar, access.cases.yaml, index.ts (subgraphs/weather-bureau)',
    ],
  ],
  [
    'a name that is not in kebab-case',
    () => join7('Weather_Bureau'),
    [expect.stringMatching(/^the name of an agency's folder must be in kebab-case, .* \(subgraphs\/Weather_Bureau\)$/)],
  ],
  [
    'a name that docker-compose.yml has for something else',
    () => join7('redis'),
    [expect.stringMatching(/\(subgraphs\/redis\)$/)],
  ],
  [
    'a short name of two characters',
    () => change('education', 'short: 教', 'short: 教育'),
    ['education: short: must be one Chinese character (subgraphs/education/agency.yaml:4)'],
  ],
  [
    'a setting that there is none of',
    () => change('education', 'order: 4', 'order: 4\ncolour: red'),
    ['education: Unrecognized key: "colour" (subgraphs/education/agency.yaml:6)'],
  ],
  [
    'a setting that is not there',
    () => change('education', 'english: education\n', ''),
    ['education: english: is missing (subgraphs/education/agency.yaml:2)'],
  ],
  [
    'a role that there is none of, and a region that is a number',
    () => change('education', /role: meeting-member, region: '990101'/, 'role: member, region: 990101'),
    [
      expect.stringMatching(/^education: officers\.0\.role: Invalid option.*\(subgraphs\/education\/agency\.yaml:7\)$/),
      'education: officers.0.region: must be a region code in quotes (subgraphs/education/agency.yaml:7)',
    ],
  ],
  [
    'a file that is no YAML',
    () => change('education', 'name: 教育', 'name: [教育'),
    [expect.stringMatching(/^education: .* \(subgraphs\/education\/agency\.yaml:\d+\)$/)],
  ],
  [
    'what another agency has',
    () => join7('weather-bureau', 'name: 教育\nenglish: weather bureau\nshort: 教\norder: 99\n'),
    [
      'weather-bureau: name "教育" is taken by education (subgraphs/weather-bureau/agency.yaml:1)',
      'weather-bureau: short "教" is taken by education (subgraphs/weather-bureau/agency.yaml:1)',
    ],
  ],
])('refused, with file and line, is %s', (_, spoil, expected) => {
  expect(faults()).toEqual([]);
  spoil();
  expect(faults()).toEqual(expected);
});

const COMPOSE_FILE = readFileSync(join(PROJECT, 'docker-compose.yml'), 'utf8');

test('another agency only adds lines to docker-compose.yml', () => {
  expect(withServices(COMPOSE_FILE, AGENCIES)).toBe(COMPOSE_FILE);
  const before = COMPOSE_FILE.split('\n');
  const after = withServices(COMPOSE_FILE, [...AGENCIES, 'weather-bureau']).split('\n');
  const added = after.filter((line) => /weather|WEATHER/.test(line));
  expect(added).toHaveLength(21);
  let at = 0;
  for (const line of after) if (line === before[at]) at += 1;
  expect(at).toBe(before.length);
});

test('stale files are written, or only reported with --check', () => {
  for (const path of [
    'docker-compose.yml',
    'docs/reference/callers.md',
    'docs/zh-CN/reference/callers.md',
    'shared/domain/agency-list.json',
    'shared/subgraph/schema/agency.graphql',
  ])
    cpSync(join(PROJECT, path), join(copy, path));
  expect(writeGenerated(copy, read(), true)).toEqual([]);
  join7();
  const stale = [
    'shared/domain/agency-list.json',
    'shared/subgraph/schema/agency.graphql',
    'docker-compose.yml',
    'docs/reference/callers.md',
    'docs/zh-CN/reference/callers.md',
  ];
  expect(writeGenerated(copy, read(), true)).toEqual(stale);
  expect(writeGenerated(copy, read(), false)).toEqual(stale);
  expect(writeGenerated(copy, read(), true)).toEqual([]);
  expect(readFileSync(join(copy, 'docs/reference/callers.md'), 'utf8')).toContain(
    '| `weather-bureau-officer` | 气象局经办人 |',
  );
});

test('a file without the marks of its generated section is refused by name', () => {
  const text = 'a\n# part\nold\n# /part\nb';
  expect(withSection(text, 'part', 'new', 'some.yml')).toBe('a\n# part\nnew\n# /part\nb');
  for (const spoilt of [
    text.replace('# /part', ''),
    text.replace('# part', ''),
    `${text}\n# part`,
    '# /part\n# part',
  ]) {
    expect(() => withSection(spoilt, 'part', 'new', 'some.yml')).toThrow(/^some\.yml must have "part" and "\/part"/);
  }
});
