import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { PROJECT } from '../../shared/config/project-root';
import { ERRORS } from '../../shared/protocol/errors';
import { childIdOf, STORY } from '../support/databases';
import { LEFT_BEHIND_ASSESSMENT } from '../support/references';
import { type Reply, startSystem, type TestSystem } from '../support/system';

const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');
const block = (text: string, language: string): string => {
  const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text)?.[1];
  if (found === undefined) throw new Error(`No ${language} block.`);
  return found;
};
const words = (text: string) => text.replace(/#.*/g, '').split(/\s+/).filter(Boolean).join(' ');

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

test.each(['README.md', 'README.zh-CN.md'])(
  'the query of %s is the one that its curl command sends, and gets the printed answer',
  async (path) => {
    const readme = read(path);
    const sent = JSON.parse(read('examples/record.json'));
    expect(words(sent.query)).toBe(words(read('examples/record.graphql')));
    expect(words(block(readme, 'graphql'))).toBe(words(sent.query));
    expect(readme).toContain('--data @examples/record.json');
    expect(readme).toContain("-H 'access-purpose: RISK_ASSESSMENT'");
    expect(readme).toContain('npm run -s token -- --as town-case-worker');
    expect(readme).toContain(`-H 'access-reference: ${LEFT_BEHIND_ASSESSMENT}'`);
    const { body } = await system.ask(sent.query, { variables: { id: childIdOf(STORY.leftBehind) } });
    expect(body).toEqual(JSON.parse(block(readme, 'json')));
  },
);

/** Each with the kind of reference that the README gives. */
const FIVE_CALLERS = [
  { as: 'town-case-worker', purpose: 'RISK_ASSESSMENT', kind: 'assessment' },
  { as: 'education-member', purpose: 'JOINT_MEETING', kind: 'meeting' },
  { as: 'neighbour-case-worker', purpose: 'RISK_ASSESSMENT', kind: null },
  { as: 'child-director', purpose: 'VISIT', kind: 'visits' },
  { as: 'education-developer', purpose: 'OWN_DUTY', kind: null },
] as const;
/** Each with the type of its field. */
const ROWS = [
  ['identity.fullName', 'Identity.fullName'],
  ['identity.birthDate', 'Identity.birthDate'],
  ['identity.idNumber', 'Identity.idNumber'],
  ['household.address', 'Household.address'],
  ['policeIncidents', 'Child.policeIncidents'],
  ['welfare.reason', 'Welfare.reason'],
] as const;

test('the table of five callers in both READMEs shows their real answers, which all differ', async () => {
  const sent = JSON.parse(read('examples/child.json'));
  expect(words(sent.query)).toBe(words(read('examples/child.graphql')));
  const answers: Reply['body'][] = [];
  for (const { as, purpose, kind } of FIVE_CALLERS) {
    const reference = kind === null ? undefined : new RegExp(`${kind}/[0-9a-f-]{36}`).exec(read('README.md'))?.[0];
    const { body } = await system.ask(sent.query, {
      as,
      purpose,
      ...(reference && { reference }),
      variables: { id: childIdOf(STORY.leftBehind) },
    });
    answers.push(body);
  }
  expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(FIVE_CALLERS.length);

  type Body = (typeof answers)[number];
  const denied = (extensions: Body['extensions']): string[] =>
    extensions.access.denied.map(({ coordinate }: { coordinate: string }) => coordinate);
  const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);
  // In these rows, an empty value without an error is absent by rule: see welfare-reason in the access matrix.
  const markOf = ({ extensions }: Body, value: unknown, coordinate: string): string => {
    if (extensions.access.masked.includes(coordinate)) return ' **M**';
    if (denied(extensions).includes(coordinate)) return ' **D**';
    return isEmpty(value) ? ' **A**' : '';
  };
  const cell = (body: Body, path: string, coordinate: string): string => {
    if (body.data.child === null) return '–';
    const value = path.split('.').reduce((part, name) => part?.[name] ?? null, body.data.child);
    const shown = Array.isArray(value) ? value.map((item) => Object.values(item).join()).join(', ') : String(value);
    return `\`${Array.isArray(value) ? `[${shown}]` : shown}\`${markOf(body, value, coordinate)}`;
  };
  const line = (cells: readonly string[]) => `|${cells.map((one) => (one === '' ? ' ' : ` ${one} `)).join('|')}|`;
  const table = [
    line(['', ...FIVE_CALLERS.map(({ as, purpose }) => `\`${as}\`<br>\`${purpose}\``)]),
    line(['', ...FIVE_CALLERS].map(() => '---')),
    line([
      '`child`',
      ...answers.map((body) => (body.data.child === null ? `\`null\`${markOf(body, null, 'Query.child')}` : '`{…}`')),
    ]),
    ...ROWS.map(([path, coordinate]) => line([`\`${path}\``, ...answers.map((body) => cell(body, path, coordinate))])),
  ].join('\n');
  for (const path of ['README.md', 'README.zh-CN.md']) {
    const [, printed] = /<!-- five callers -->\n([\s\S]*?)\n?<!-- \/five callers -->/.exec(read(path)) ?? [];
    expect({ path, table: printed?.trim() }).toEqual({ path, table });
  }
});

test('docs/reference/errors.md has every code of the catalogue with its HTTP status', () => {
  const text = read('docs/reference/errors.md');
  for (const [code, { status }] of Object.entries(ERRORS)) expect(text).toContain(`| \`${code}\` | ${status} |`);
});

test('docs/reference/callers.md has every demo caller', () => {
  const text = read('docs/reference/callers.md');
  for (const { sub } of DEMO_CALLERS) expect(text).toContain(`\`${sub}\``);
});
