import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT } from '../../../shared/config/project-root';
import { ERRORS } from '../../../shared/protocol/errors';

const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');
const under = (folder: string): readonly string[] =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(read('package.json')).scripts;

const PAGES = [
  'README.md',
  'README.zh-CN.md',
  'examples/README.md',
  ...under('docs').filter((path) => path.endsWith('.md')),
].sort();
const FOLDERS = ['docs/guides', 'docs/reference', 'docs/operations', 'docs/decisions'];

const withoutCode = (text: string) => text.replace(/^ *```[\s\S]*?^ *```/gm, '');

/** The anchors of a page's headings, as GitHub makes them: `## The time of the chain` -> `the-time-of-the-chain`. */
function anchorsOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

test('every relative link of a document leads to a file and a heading', () => {
  const dead = PAGES.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(PROJECT, file))) return [`${page}: ${target}`];
      return anchor === undefined || anchorsOf(read(file)).includes(decodeURI(anchor)) ? [] : [`${page}: ${target}`];
    }),
  );
  expect(dead).toEqual([]);
});

/** A path from the project's root or an agency's folder, without a placeholder: `gateway/ledger/`, `test/facts.yaml`. */
const PATH = /^(?:developer-kit|docs|examples|gateway|shared|subgraphs|test|\.ci)\/[\w./-]*$/;

/** Files that a guide has its reader create. */
const CREATED = ['subgraphs/education/migrations/0004-transport.sql'];

const exists = (path: string) => ['', 'subgraphs/education'].some((root) => existsSync(join(PROJECT, root, path)));

test('every path of a file or folder that a document names exists', () => {
  const missing = PAGES.filter((page) => !page.startsWith('docs/decisions/')).flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/`([^`\n]+)`/g)]
      .map(([, code = '']) => code)
      .filter((code) => PATH.test(code) && !CREATED.includes(code) && !exists(code))
      .map((code) => `${page}: ${code}`),
  );
  expect(missing).toEqual([]);
});

test('every npm command that a document names exists', () => {
  const unknown = PAGES.flatMap((page) =>
    [...read(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)]
      .map(([, script = '']) => script)
      .filter((script) => SCRIPTS[script] === undefined)
      .map((script) => `${page}: ${script}`),
  );
  expect(unknown).toEqual([]);
  const listed = read('docs/reference/commands.md');
  expect(
    Object.keys(SCRIPTS).filter((script) => !new RegExp(`npm (?:run )?(?:-s )?${script}\\b`).test(listed)),
  ).toEqual([]);
});

test.each(FOLDERS)('the index of %s has one line for each page', (folder) => {
  const index = read(join(folder, 'README.md'));
  const lines = [...index.matchAll(/^- \[[^\]]+\]\(([^)]+)\): \S/gm)].map(([, page]) => page);
  const pages = readdirSync(join(PROJECT, folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect([...lines].sort()).toEqual(pages.sort());
});

test('the diffs in access-rules.md have the columns of the access matrix, and remove a row that it has', () => {
  const rows = [...read('docs/reference/access-rules.md').matchAll(/^([+-])(\| [a-z-]+\.\S+ \|.*)$/gm)];
  const matrix = read('docs/reference/access-matrix.md').split('\n');
  const cells = (row: string) => row.split('|').length;
  const [row = ''] = matrix.filter((line) => line.startsWith('| public-security.demographics |'));
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.filter(([, , shown = '']) => cells(shown) !== cells(row))).toEqual([]);
  expect(rows.filter(([, sign]) => sign === '-').map(([, , shown]) => shown)).toEqual([row]);
});

interface Guarantee {
  readonly id: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

const GUARANTEES: readonly Guarantee[] = [
  ...read('docs/guarantees.md').matchAll(/^\| `([^`]+)` \|.*\| (.*) \|$/gm),
].map(([, id = '', tests = '']) => ({
  id,
  tests: [...tests.matchAll(/\]\(\.\.\/([^)]+)\): “([^”]+)”/g)].map(([, file = '', title = '']) => ({ file, title })),
}));

test('every guarantee has an id of its own, and names a test file and a title that exist', () => {
  expect(GUARANTEES.length).toBeGreaterThan(60);
  expect(new Set(GUARANTEES.map(({ id }) => id)).size).toBe(GUARANTEES.length);
  expect(GUARANTEES.filter(({ tests }) => tests.length === 0)).toEqual([]);
  const missing = GUARANTEES.flatMap(({ id, tests }) =>
    tests
      .filter(({ file, title }) => {
        const source = existsSync(join(PROJECT, file)) ? read(file).replaceAll("\\'", "'") : '';
        return ![...source.matchAll(/(['"`])(.*?)\1(?=[,\n])/g)].some(([, , text = '']) => text.includes(title));
      })
      .map(({ file, title }) => `${id}: ${file} has no test “${title}”`),
  );
  expect(missing).toEqual([]);
});

/** Error codes in the order of their first mention in a text, except those of several stages. */
const codesIn = (text: string, known: readonly string[]) =>
  [...new Set([...text.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)].map(([code]) => code))].filter(
    (code) => known.includes(code) && !['RATE_LIMITED', 'LEDGER_UNAVAILABLE'].includes(code),
  );

test.each(['README.md', 'README.zh-CN.md', 'docs/architecture.md'])(
  'the stages of a request in %s are in the order of gateway.ts',
  (page) => {
    const [, stages = ''] =
      /function stagesOf\([\s\S]*?\n\}\n/.exec(read('gateway/gateway.ts'))?.[0].split('onRequest: [') ?? [];
    const [, ladder = ''] =
      /(?:<!-- stages -->|\| \| stage \|)([\s\S]*?)(?:<!-- \/stages -->|\nInside an agency)/.exec(read(page)) ?? [];
    const inCode = codesIn(stages, Object.keys(ERRORS));
    const onPage = codesIn(ladder, inCode);
    expect(onPage.length).toBeGreaterThan(6);
    expect(onPage).toEqual(inCode.filter((code) => onPage.includes(code)));
  },
);
