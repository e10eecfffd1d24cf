import { agencyFiles, atEachMatch, type Mutation, type Operator } from './mutation';

type Source = { readonly file: string; readonly text: string };

/** Changes each match in each file of agencies with an ending. */
const inAgencies =
  (ending: string, pattern: RegExp, change: (match: RegExpExecArray) => string | undefined): Operator =>
  (files) =>
    agencyFiles(files, ending).flatMap((source) => atEachMatch(source, pattern, change));

/** Changes each match in one file of the project. */
const inFile =
  (file: string, pattern: RegExp, change: (match: RegExpExecArray) => string | undefined): Operator =>
  (files) =>
    atEachMatch({ file, text: files.read(file) ?? '' }, pattern, change);

const added =
  (ending: string, name: string, text: (source: Source) => string): Operator =>
  (files) =>
    agencyFiles(files, ending).map((source): Mutation => {
      const file = source.file.replace(/[^/]+$/, name);
      return { file, what: name, text: text(source) };
    });

/** Operators on schemas, catalogues, views, facts, and on what judges changes. */
export const FILE_OPERATORS: Readonly<Record<string, Operator>> = {
  'a field loses its label': inAgencies(
    '.graphql',
    /(?<=\n {2}\w+(?:\([^)]*\))?: \[?\w+!?\]?!?(?: @\w+\([^)]*\))?) @policy\(policies: (\[\["[\w.-]+"\]\])\)(?=\n)/g,
    // A type can have the same label, which its fields keep.
    ({ 0: label, input, index }) =>
      new RegExp(`\\ntype ${typeBefore(input, index)}\\b[^{]*${escaped(label)}`).test(input) ? undefined : '',
  ),
  'a field without a label is new': inAgencies(
    '.graphql',
    /(?<=\n(?:type|extend type) (?!Query|Mutation)\w+[^{\n]*\{)\n/g,
    () => '\n  "A number (号码)."\n  anotherNumber: String\n',
  ),
  'an enum gets a value': inAgencies('.graphql', /(?<=\nenum \w+ \{)\n/g, () => '\n  "另一种"\n  ANOTHER_VALUE\n'),
  'a grade is lowered': inAgencies('catalogue.yaml', /grade: (?:restricted|sensitive)/g, () => 'grade: general'),
  'a basis is left open': inAgencies('catalogue.yaml', /basis: .+/g, () => 'basis: 待补充'),
  'a silent refusal is told': inAgencies('catalogue.yaml', /refusal: absent/g, () => 'refusal: denied'),
  'a view loses its condition': inAgencies(
    '.sql',
    /(?<=create (?:or replace )?view exposed\.\w+(?: with \(security_barrier\))? as\s+select [^;()]+?)\s+where [^;()]+(?=;)/g,
    () => '',
  ),
  'a view gets a column': inAgencies(
    '.sql',
    /(?<=create (?:or replace )?view exposed\.\w+(?: with \(security_barrier\))? as\s+select )\w+/g,
    ([column]) => `${column}, now() as another`,
  ),
  'a migration grants a table': added(
    '0001-base.sql',
    '9999-more.sql',
    () => 'grant select on base.child to public;\n',
  ),
  'a sealed fact goes': inAgencies('test/facts.yaml', /\n {2}- table: \w+\n(?: {4}.*\n)+/g, () => '\n'),
  'a test is skipped': (files) =>
    [
      'test/access/guard.test.ts',
      'test/access/paired-worlds.test.ts',
      'test/access/cases.test.ts',
      'test/e2e/record.test.ts',
    ]
      .map((file) => ({ file, text: files.read(file) ?? '' }))
      .flatMap((source) => atEachMatch(source, /(?<=\n)test\(/g, () => 'test.skip(')),
  'the check is not run': inFile('.ci/run', /npm run -s check\n/g, () => ''),
  'a lint rule is off': inFile('biome.json', /"error"/g, () => '"off"'),
  'the test command leaves a suite out': inFile(
    'package.json',
    /(?<="test": ")[^"]+/g,
    ([command]) => `${command} --testPathIgnorePatterns paired-worlds`,
  ),
};

// Private:

/** `Task` of `tasks: [Task!]! @listSize(assumedSize: 10)`. */
const typeBefore = (text: string, index: number): string =>
  /: \[?(\w+)!?\]?!?[^:\n]*(?:\([^)]*\))?$/.exec(text.slice(0, index))?.[1] ?? '';

const escaped = (text: string): string => text.replace(/[[\]().]/g, '\\$&');
