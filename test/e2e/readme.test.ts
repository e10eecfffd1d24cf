import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { ERRORS } from '../../shared/errors';
import { startSystem, type TestSystem } from '../support/system';

const PROJECT = join(__dirname, '../..');
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
  'the query of %s is the one that its curl sends, and has the answer that it prints',
  async (path) => {
    const readme = read(path);
    const sent = JSON.parse(read('docs/operations/record.json'));
    expect(words(sent.query)).toBe(words(read('docs/operations/record.graphql')));
    expect(words(block(readme, 'graphql'))).toBe(words(sent.query));
    expect(readme).toContain('--data @docs/operations/record.json');
    expect(readme).toContain("-H 'access-purpose: RISK_ASSESSMENT'");
    expect(readme).toContain('npm run -s token -- --as town-case-worker');
    const { body } = await system.ask(sent.query, { variables: sent.variables });
    expect(body).toEqual(JSON.parse(block(readme, 'json')));
  },
);

test.each([
  'README.md',
  'README.zh-CN.md',
  'docs/callers.md',
  'docs/errors.md',
  'docs/adding-a-field.md',
  'docs/deployment.md',
])('every file that %s links to is there', (path) => {
  for (const [, target] of read(path).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    expect(() => readFileSync(join(PROJECT, path, '..', target ?? ''))).not.toThrow(/ENOENT/);
  }
});

test('docs/errors.md has every code of the catalogue with its HTTP status', () => {
  const text = read('docs/errors.md');
  for (const [code, { status }] of Object.entries(ERRORS)) expect(text).toContain(`| \`${code}\` | ${status} |`);
});

test('docs/callers.md has every demo caller', () => {
  const text = read('docs/callers.md');
  for (const { sub } of DEMO_CALLERS) expect(text).toContain(`\`${sub}\``);
});
