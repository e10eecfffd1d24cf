import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { planOf } from '../../developer-kit/new-agency/agency-plan';
import { makeAgency } from '../../developer-kit/new-agency/make-agency';
import { takenIn } from '../../developer-kit/new-agency/name-conflicts';
import { PROJECT } from '../../shared/config/project-root';
import { provision } from '../../shared/db/agency-database';
import type { Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { adminUrl, TEST_CHILD_IDS, TEST_DISTRICT } from '../support/databases';
import { NODE_OPTIONS } from '../support/process';
import { NEVER_MILLISECONDS } from '../support/until';

// An agency is created in a copy of the project, and passes all checks unedited.

const AGENCY = 'weather-bureau';
const FLAGS = [
  [AGENCY, '--name', '气象局', '--english', 'weather bureau', '--short', '气'],
  ['--class', 'storm-warning:暴雨预警:sensitive:denied:某法 第一条:assessment,joint-meeting,visit'],
  ['--class', 'shelter-note:避险记录:restricted:absent:某法 第二条:case-handling,case-conference,emergency'],
  ['--class', 'own-note:内部记录:restricted:absent:某法 第二条'],
  ['--sealed', 'old-matter:旧案:某法 第三条'],
].flat();

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'new-agency-'));
  const files = ['package.json', 'tsconfig.json', 'biome.json', '.gitignore', 'docker-compose.yml'];
  for (const path of [
    'developer-kit',
    'gateway',
    'shared',
    'subgraphs',
    'test/support',
    'docs',
    'examples',
    ...files,
  ]) {
    cpSync(join(PROJECT, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true }));

function run(...[program = '', ...options]: readonly string[]) {
  const limits = { encoding: 'utf8', timeout: NEVER_MILLISECONDS } as const;
  const env = { ...process.env, NODE_OPTIONS };
  const { status, stdout, stderr } = spawnSync(program, options, { cwd: copy, env, ...limits });
  return { status, said: `${stdout}${stderr}` };
}

const kit = (part: string, ...options: readonly string[]) =>
  run(process.execPath, '--import', 'tsx', `developer-kit/${part}/main.ts`, ...options);

/** Every file with its content. */
function contents(): Readonly<Record<string, string>> {
  const folders = ['subgraphs', 'shared', 'docs', 'gateway'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(copy, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return Object.fromEntries(
    [...files, join(copy, 'docker-compose.yml')].map((path) => [path, readFileSync(path, 'utf8')]),
  );
}

test('if a step fails, nothing of the agency remains, and generated files are unchanged', () => {
  const rules = join(copy, 'subgraphs/education/access.cedar');
  const good = readFileSync(rules, 'utf8');
  appendFileSync(rules, 'permit (principal, action, resource);\n');
  const before = contents();
  const plan = {
    ...{ agency: AGENCY, name: '气象局', english: 'weather bureau', short: '气' },
    ...{ classes: ['storm-warning:暴雨预警:sensitive:denied:某法 第一条'], sealed: [] },
  };
  expect(() => makeAgency(copy, planOf(plan, takenIn(copy)), () => undefined)).toThrow(
    /education: .*access\.cedar:\d+/,
  );
  expect(contents()).toEqual(before);
  writeFileSync(rules, good);
});

describe('an agency made by one command', () => {
  const files = [
    'agency.yaml',
    'schema.graphql',
    'schema.types.ts',
    'resolvers.types.ts',
    'migrations/0001-base.sql',
    'test/facts.yaml',
  ];

  test('has all its files, and the generated files are fresh', () => {
    expect(kit('new-agency', ...FLAGS)).toEqual({
      status: 0,
      said: expect.stringContaining('docs/guides/adding-an-agency.md'),
    });
    for (const file of files) expect([file, existsSync(join(copy, 'subgraphs', AGENCY, file))]).toEqual([file, true]);
    expect(kit('compose', '--check')).toMatchObject({ status: 0 });
    expect(readFileSync(join(copy, 'docs/reference/access-matrix.md'), 'utf8')).toContain('\n## weather-bureau\n');
    expect(readFileSync(join(copy, 'docker-compose.yml'), 'utf8')).toContain('weather-bureau-database');
  });

  test('is not created a second time', () => {
    const before = contents();
    const again = kit('new-agency', ...FLAGS);
    expect(again).toEqual({
      status: 1,
      said: expect.stringContaining('error: subgraphs/weather-bureau already exists'),
    });
    expect(contents()).toEqual(before);
  });

  test('type-checks and is formatted', () => {
    writeFileSync(
      join(copy, 'tsconfig.agency.json'),
      JSON.stringify({ extends: './tsconfig.json', include: [`subgraphs/${AGENCY}`] }),
    );
    expect(run('node_modules/.bin/tsc', '-p', 'tsconfig.agency.json')).toEqual({ status: 0, said: '' });
    expect(run('node_modules/.bin/biome', 'check', '--vcs-enabled=false', `subgraphs/${AGENCY}`)).toMatchObject({
      status: 0,
    });
  });

  test('is answered as its cases file specifies, by the rules and by its subgraph on real data', async () => {
    const agency = AGENCY as Agency;
    const load = (path: string) => require(join(copy, path));
    const { SUBGRAPHS } = load('gateway/embedded/embedded');
    const database = await provision(adminUrl(), agency, 'new_weather_bureau');
    const running = await load('shared/subgraph/start-subgraph').startSubgraph({
      definition: SUBGRAPHS.find((one: { agency: string }) => one.agency === AGENCY),
      database,
      district: TEST_DISTRICT,
      childIds: childIds(TEST_CHILD_IDS),
      verifyContext: () => null,
      log: pino({ level: 'silent' }),
    });
    await running.close();
    await load('test/support/full-child').insertFullChild(agency, database);
    process.env.TEST_DATABASES = JSON.stringify({
      ...JSON.parse(process.env.TEST_DATABASES ?? ''),
      [AGENCY]: database,
    });

    const { Specification } = load('test/support/cases/specification');
    const { Findings } = load('test/support/cases/findings');
    const { situations } = load('test/support/cases/situations');
    const { fullChild } = load('test/support/cases/subjects');
    const specification = new Specification();
    const classes = specification.classes.filter((name: string) => name.startsWith(`${AGENCY}.`));
    expect(classes).toHaveLength(3);
    const inquiry = { child: await fullChild(), situations: situations(), classes: new Set(classes) };
    for (const place of ['askRules', 'askSubgraphs']) {
      const findings = new Findings();
      const file = place === 'askRules' ? 'ask-rules' : 'ask-subgraphs';
      await load(`test/support/cases/${file}`)[place](specification, [inquiry], findings);
      expect(findings.cells).toBe(3 * situations().length);
      for (const name of classes) expect([name, findings.of(name)]).toEqual([name, []]);
    }
  });
});
