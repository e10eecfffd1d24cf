// Measures how the sources are arranged, and fails where a rule of docs/architecture.md is broken; circles of imports and
// fences between rooms are the linter's:
// node .ci/structure.mjs [folder] [--figures]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const say = (line) => process.stdout.write(`${line}\n`);
const onlyFigures = process.argv.includes('--figures');
const root = resolve(process.argv.slice(2).find((word) => !word.startsWith('--')) ?? '.');

const SOURCES = ['developer-kit', 'gateway', 'shared', 'subgraphs'];
const GENERATED = /(?:^gateway\/generated\/|\.types\.ts$)/;
const ENTRY = /(?:(?:^|\/)(?:main|index|migrate|import)\.ts|^gateway\/commands\/.*)$/;
const LONGEST = 450;
const SHORT = 25;
/** Lists the stages of a request: each may be a short file of its own. */
const STAGES = 'gateway/gateway.ts';
/** Files that broke a rule when it was introduced, until they are split or merged. */
const EXCEPTIONS = ['gateway/graphql/introspected.ts', 'gateway/graphql/valid-documents.ts'];

const files = (folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)))
        .filter((path) => !GENERATED.test(path))
    : [];

const sources = SOURCES.flatMap(files);
const tests = files('test');
const textOf = new Map([...sources, ...tests].map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const linesOf = (path) => textOf.get(path).split('\n').length - 1;

/** Paths of the project's files that a file imports, types included, statically or when it is called. */
function importsOf(path) {
  const named = [...textOf.get(path).matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\() ?'(\.[^']*)'/g)];
  return [...new Set(named.flatMap(([, name]) => resolved(path, name)))];
}

function resolved(path, name) {
  const base = join(dirname(path), name);
  const found = [`${base}.ts`, base.replace(/\.js$/, '.ts'), join(base, 'index.ts'), base].find((one) =>
    textOf.has(one),
  );
  return found === undefined ? [] : [found];
}

const imports = new Map([...textOf.keys()].map((path) => [path, importsOf(path)]));
const importers = (path) => [...imports].filter(([, targets]) => targets.includes(path)).map(([from]) => from);

/** Exported types, with the files that export each; a class is a type, too. */
const exported = new Map();
for (const path of sources.filter((one) => /^(?:gateway|shared)\//.test(one))) {
  for (const [, name] of textOf.get(path).matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm)) {
    exported.set(name, [...(exported.get(name) ?? []), path]);
  }
}

const loose = sources.filter((path) => /^shared\/[^/]+\.ts$/.test(path));
const twice = [...exported].filter(([, paths]) => paths.length > 1);
const long = sources.filter((path) => linesOf(path) > LONGEST);
/** Short files that a reader could do without: one user, and no test of their own. */
const thin = sources.filter((path) => {
  if (linesOf(path) >= SHORT || ENTRY.test(path) || !/^(?:gateway|shared)\//.test(path)) return false;
  const from = importers(path);
  return from.length < 2 && !from.some((one) => one.startsWith('test/') || one === STAGES);
});
const isJudged = (path) => !EXCEPTIONS.includes(path);
const sizes = sources.map(linesOf).sort((one, other) => one - other);

say(`files                  ${sources.length}`);
say(`loose files in shared  ${loose.length}`);
say(`files over 300 lines   ${sizes.filter((size) => size > 300).length}`);
say(`median lines           ${sizes[Math.floor(sizes.length / 2)]}`);
say(`type names used twice  ${twice.length}`);
say(`short files, one user  ${thin.length}`);

const faults = [
  ...loose.map((path) => `${path} is in no folder of shared/`),
  ...twice.map(([name, paths]) => `the type ${name} is exported twice: ${paths.join(', ')}`),
  ...thin.filter(isJudged).map((path) => `${path} is shorter than ${SHORT} lines and has neither two users nor a test`),
  ...long.filter(isJudged).map((path) => `${path} has ${linesOf(path)} lines, more than ${LONGEST}`),
];
if (onlyFigures || faults.length === 0) process.exit(0);
for (const fault of faults) say(`error: ${fault}`);
process.exit(1);
