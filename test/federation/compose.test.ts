import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentNode, Kind, parse, print } from 'graphql';
import { compose } from '../../developer-kit/compose/compose';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { NODE_OPTIONS } from '../support/process';

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'compose-'));
  cpSync(join(PROJECT, 'subgraphs'), copy, { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

const composeCopy = () => compose(AGENCIES.map((agency) => ({ agency, folder: join(copy, agency) })));

function spoil(agency: Agency, file: string, search: string | RegExp, replacement: string): number {
  const path = join(copy, agency, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(search);
  const position = typeof search === 'string' ? text.indexOf(search) : text.search(search);
  writeFileSync(path, text.replace(search, replacement));
  return text.slice(0, position).split('\n').length;
}

test('the agencies compose without faults and without hints', () => {
  const { faults, hints, sdl } = composeCopy();
  expect({ faults, hints }).toEqual({ faults: [], hints: [] });
  expect(sdl).toContain('type Child');
});

test('the committed supergraph is the one that the agencies compose to', () => {
  execFileSync(process.execPath, ['--import', 'tsx', 'developer-kit/compose/main.ts', '--check'], {
    cwd: PROJECT,
    env: { ...process.env, NODE_OPTIONS },
    stdio: 'pipe',
  });
});

const line = (agency: Agency, number: number) => new RegExp(`${agency}/schema\\.graphql:${number}\\)`);

test('a field without a label is refused, with agency, file and line', () => {
  const at = spoil(
    'education',
    'schema.graphql',
    'boarding: Boolean @policy(policies: [["education.school-place"]])',
    'boarding: Boolean @policy(policies: [["education.school-place"]])\n}\n"Unlabelled."\ntype Loose {\n  "x" x: Int',
  );
  const { faults, sdl } = composeCopy();
  expect(sdl).toBeUndefined();
  expect(faults.join('\n')).toMatch(/^education: Field "Loose.x" has no label/m);
  expect(faults.join('\n')).toMatch(line('education', at + 4));
});

test('a field that requires another agency’s is refused: agencies receive only keys', () => {
  const at = spoil(
    'education',
    'schema.graphql',
    '  enrolment: Enrolment @policy',
    `  region: Int @federation__external
  commute: String @federation__requires(fields: "region") @policy(policies: [["education.schooling"]])
  enrolment: Enrolment @policy`,
  );
  const { faults, sdl } = composeCopy();
  expect(sdl).toBeUndefined();
  expect(faults.join('\n')).toMatch(/^education: Field "commute" needs fields of another agency \(@requires\)/m);
  expect(faults.join('\n')).toMatch(line('education', at + 1));
});

test.each<[string, Agency, string, string | RegExp, string, RegExp]>([
  [
    'a label that the catalogue does not list',
    'education',
    'schema.graphql',
    '"education.bullying"',
    '"education.bulying"',
    /education: Field "Child.bullyingReports" is labelled "education.bulying", which the catalogue does not list/,
  ],
  [
    'a mask on something else than a string',
    'education',
    'schema.graphql',
    'score: Int @policy',
    'score: Int @mask(as: NAME) @policy',
    /education: Field "WellbeingScreening.score" has a mask/,
  ],
  [
    'a renamed security directive',
    'education',
    'schema.graphql',
    '"@policy", ',
    '{ name: "@policy", as: "@label" }, ',
    /education: A security directive must keep its name/,
  ],
  [
    'a key that carries more than the pseudonym',
    'education',
    'schema.graphql',
    '@key(fields: "id")',
    '@key(fields: "id") @key(fields: "enrolment { studentNumber }")',
    /education: Type "Child" has a key other than "id"/,
  ],
  [
    'a class that belongs to another agency',
    'education',
    'catalogue.yaml',
    'education.bullying:',
    'procuratorate.bullying:',
    /education: .*must begin with "education\."/,
  ],
  [
    'an unknown grade',
    'education',
    'catalogue.yaml',
    'grade: sensitive',
    'grade: secret',
    /education: classes\.education\.schooling\.grade: .*catalogue\.yaml:\d+\)/,
  ],
  ['a class without its basis', 'education', 'catalogue.yaml', / {4}basis: .*\n/, '', /education: .*basis/],
  [
    'a class whose basis is a law without an article',
    'education',
    'catalogue.yaml',
    /basis: .*/,
    'basis: 未成年人保护法',
    /education: Class "education\.schooling" cites 未成年人保护法 without an article \(.*catalogue\.yaml:6\)/,
  ],
  [
    'a rule with an article that its law does not have',
    'education',
    'access.cedar',
    '第八十一条',
    '第一百八十一条',
    /education: Rule "education\.assessment" cites 未成年人保护法 第一百八十一条, but .* \(.*access\.cedar:5\)/,
  ],
  [
    'an agreement without an entry',
    'education',
    'sharing.yaml',
    'number: demo-1',
    'number: 2026-1',
    /education: Rule "education\.assessment" names the agreement "education\/governance-center\/demo-1", which .* \(.*:5\)/,
  ],
  [
    'a syntax error',
    'education',
    'schema.graphql',
    'school: String',
    'school String',
    /education: Syntax Error.*schema\.graphql:\d+\)/,
  ],
  [
    'a field that another agency owns',
    'education',
    'schema.graphql',
    'enrolment: Enrolment @policy(policies: [["education.schooling"]])',
    'enrolment: Enrolment @policy(policies: [["education.schooling"]])\n  "x" welfare: Enrolment @policy(policies: [["education.schooling"]])',
    /civil-affairs.*education|education.*civil-affairs/,
  ],
])('%s is refused at composition, in one line', (_, agency, file, search, replacement, message) => {
  spoil(agency, file, search, replacement);
  const { faults, sdl } = composeCopy();
  expect(sdl).toBeUndefined();
  expect(faults.join('\n')).toMatch(message);
});

/** `Type.field` -> `(arguments): type`, for every field of every object type, extensions included. */
function fieldsOf(document: DocumentNode): Map<string, string> {
  const fields = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    for (const { name, type, arguments: parameters = [] } of definition.fields ?? []) {
      const list = parameters.map(
        (parameter) =>
          `${parameter.name.value}: ${print(parameter.type)}${parameter.defaultValue ? ` = ${print(parameter.defaultValue)}` : ''}`,
      );
      fields.set(`${definition.name.value}.${name.value}`, `(${list.join(', ')}): ${print(type)}`);
    }
  }
  return fields;
}

test('the schema has every field of the client contract, with its arguments and nullability', () => {
  const contract = parse(readFileSync(join(__dirname, 'contract.graphql'), 'utf8'));
  const actual = parse(composeCopy().sdl ?? '');
  const promised = fieldsOf(contract);
  expect(promised.size).toBeGreaterThan(140);
  const present = fieldsOf(actual);
  expect([...promised].filter(([field, signature]) => present.get(field) !== signature)).toEqual([]);

  const values = (document: DocumentNode) =>
    new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.ENUM_TYPE_DEFINITION
          ? [[node.name.value, (node.values ?? []).map(({ name }) => name.value)] as const]
          : [],
      ),
    );
  for (const [name, expected] of values(contract)) {
    const found = values(actual).get(name) ?? [];
    // Agencies may be added; the contract promises only that none disappears.
    expect([name, name === 'Agency' ? found.filter((value) => expected.includes(value)) : found]).toEqual([
      name,
      expected,
    ]);
  }
});
