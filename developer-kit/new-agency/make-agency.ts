import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles } from '../compose/generated-files';
import { RESOLVER_TYPES, SCHEMA_TYPES } from '../types/type-files';
import { agencyFiles } from './agency-files';
import type { AgencyPlan } from './agency-plan';

/** Generated files, which are restored if the agency cannot be made. */
const generatedIn = (project: string): readonly string[] => [
  ...generatedFiles([]).map(({ path }) => path),
  ...readdirSync(join(project, 'subgraphs'))
    .flatMap((agency) => [SCHEMA_TYPES, RESOLVER_TYPES].map((name) => `subgraphs/${agency}/${name}`))
    .filter((path) => existsSync(join(project, path))),
  'gateway/generated/supergraph.graphql',
  'gateway/generated/rules.json',
  'docs/reference/access-matrix.md',
];

/** Commands that complete the agency's folder and update the generated files. */
const stepsFor = (agency: string): readonly (readonly string[])[] => [
  ['node_modules/.bin/biome', 'check', '--write', '--vcs-enabled=false', `subgraphs/${agency}`],
  [process.execPath, '--import', 'tsx', 'developer-kit/compose/main.ts'],
  [process.execPath, '--import', 'tsx', 'developer-kit/types/main.ts'],
  [process.execPath, '--import', 'tsx', 'developer-kit/access-matrix/main.ts'],
];

/** A failed step, with its output. Everything has been restored. */
export class NotMade extends Error {}

/**
 * Creates an agency's folder and the files generated from it. The folder appears all at once; if a step fails,
 * everything is restored.
 *
 * @param say reports each step.
 * @returns the paths of the folder's files.
 * @throws NotMade
 */
export function makeAgency(project: string, plan: AgencyPlan, say: (line: string) => void): readonly string[] {
  const folder = join(project, 'subgraphs', plan.agency);
  if (existsSync(folder)) throw new NotMade(`subgraphs/${plan.agency} already exists.`);
  const files = agencyFiles(plan);
  const before = new Map(generatedIn(project).map((path) => [path, readFileSync(join(project, path))]));
  const draft = mkdtempSync(join(project, 'subgraphs', '.new-agency-'));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), text);
    }
    renameSync(draft, folder);
    for (const step of stepsFor(plan.agency)) run(project, step, say);
  } catch (error) {
    for (const path of [draft, folder]) rmSync(path, { recursive: true, force: true });
    for (const [path, content] of before) writeFileSync(join(project, path), content);
    throw error;
  }
  return [...files.keys(), SCHEMA_TYPES, RESOLVER_TYPES];
}

// Private:

function run(project: string, [program = '', ...options]: readonly string[], say: (line: string) => void): void {
  const [what = ''] = options.filter((option) => option.endsWith('.ts') || option === 'check');
  say(what === 'check' ? 'formatting' : `running ${what}`);
  const { status, signal, stdout, stderr, error } = spawnSync(program, options, { cwd: project, encoding: 'utf8' });
  if (status === 0) return;
  const said = error?.message ?? `${stdout}${stderr}`.trim();
  throw new NotMade(`${what} ended with ${signal ?? status}:\n${said}`);
}
