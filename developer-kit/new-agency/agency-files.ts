import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgencyPlan, PlannedClass, PlannedSealed } from './agency-plan';
import { cases } from './cases';
import { camelCase, pascalCase, sentenceCase, snakeCase } from './names';
import { policies } from './policies';
import { sharing } from './sharing';

/** An imaginary agency, compiled and linted like any other, with one data class and one kind of sealed data. */
const TEMPLATE = join(__dirname, '../agency-template');

const TEMPLATE_FILES = [
  'agency.yaml',
  'schema.graphql',
  'catalogue.yaml',
  'migrations/0001-base.sql',
  'data.ts',
  'resolvers.ts',
  'seed.ts',
  'index.ts',
  'import.yaml',
  'test/full-child.ts',
  'test/columns.yaml',
  'test/facts.yaml',
] as const;

/** The files of a new agency's folder, by path within it. */
export function agencyFiles(plan: AgencyPlan): ReadonlyMap<string, string> {
  const silent = plan.classes.some(({ refusal }) => refusal === 'absent');
  const withFacts = silent || plan.sealed.length > 0;
  const files = TEMPLATE_FILES.filter((path) => path !== 'test/facts.yaml' || withFacts);
  return new Map([
    ...files.map((path) => [path, fileOf(plan, readFileSync(join(TEMPLATE, path), 'utf8'))] as const),
    // Computed from the audiences of the classes.
    ['access.cedar', policies(plan)],
    ['access.cases.yaml', cases(plan)],
    ...sharing(plan),
  ]);
}

// Private:

/** `// each class` in the comment syntax of any language; a block ends with `// end`. */
const MARK = /^\s*(?:\/\/|#|--) (?:(each|if) (class|silent|sealed)|(end))$/;

function fileOf(plan: AgencyPlan, template: string): string {
  const lines = template.split('\n');
  const text = blockOf(plan, lines, (line) => line).join('\n');
  return `${named(plan, text).trimEnd()}\n`;
}

type Rename = (line: string) => string;

/** Expands the lines up to the end of the current block, and removes them from `lines`. */
function blockOf(plan: AgencyPlan, lines: string[], rename: Rename): readonly string[] {
  const expanded: string[] = [];
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, repeat, what, end] = MARK.exec(line) ?? [];
    if (end !== undefined) break;
    if (what === undefined) {
      expanded.push(rename(line));
      continue;
    }
    const renames = renamesOf(plan, what);
    const rest = [...lines];
    // Reads to the end of the block even if there is nothing to repeat.
    for (const each of repeat === 'each' ? [...renames, undefined] : [renames.length > 0 ? rename : undefined]) {
      lines.splice(0, lines.length, ...rest);
      const block = blockOf(plan, lines, each ?? rename);
      if (each !== undefined) expanded.push(...block);
    }
  }
  return expanded;
}

function renamesOf({ classes, sealed }: AgencyPlan, what: string): readonly Rename[] {
  if (what === 'sealed') return sealed.map(sealedRename);
  return classes.filter(({ refusal }) => what === 'class' || refusal === 'absent').map(classRename);
}

const classRename =
  ({ slug, chinese, grade, basis, refusal }: PlannedClass): Rename =>
  (line) =>
    replaced(line, {
      'sample-grade': grade,
      'sample-refusal': refusal,
      ...spellings('class', slug),
      示例类: chinese,
      示例法: basis,
    });

const sealedRename =
  ({ slug, chinese, basis }: PlannedSealed): Rename =>
  (line) =>
    replaced(line, { ...spellings('sealed', slug), 示例密法: basis, 示例密: chinese });

/** Maps `sample-class`, in each case style, to the name in that style. */
const spellings = (what: string, slug: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [camelCase, pascalCase, snakeCase, sentenceCase, (name: string) => name].map((spelling) => [
      spelling(`sample-${what}`),
      spelling(slug),
    ]),
  );

function named({ agency, name, english, short, order, classes, sealed }: AgencyPlan, text: string): string {
  return replaced(text, {
    'sample-agency': agency,
    // The template must name an existing agency to compile.
    "agency: 'education'": `agency: '${agency}'`,
    'sample bureau': english,
    示例局: name,
    示例各类: classes.map(({ chinese }) => chinese).join('、'),
    'short: 样': `short: ${short}`,
    'order: 999': `order: ${order}`,
    // Only sealed data depends on events.
    ...(sealed.length === 0 && { '{ index, events }': '{ index }' }),
  });
}

function replaced(text: string, names: Readonly<Record<string, string>>): string {
  const placeholders = new RegExp(Object.keys(names).join('|'), 'g');
  return text.replace(placeholders, (placeholder) => names[placeholder] ?? placeholder);
}
