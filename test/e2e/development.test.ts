import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { devArguments } from '../../developer-kit/dev/arguments';
import { STORY_CASE, STORY_MEETING } from '../../developer-kit/dev/graphiql/choices';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES } from '../../shared/domain/agencies';
import { childIdOf, STORY } from '../support/databases';
import { type DevelopedProject, type Development, developedProject, sendRaw } from '../support/developed-project';
import { startLine } from '../support/process';
import { visitsOf } from '../support/references';
import { withDefaults } from '../support/system';
import { until } from '../support/until';

/** One developer's session; the tests below are its steps, in order. */
let project: DevelopedProject;
let development: Development;
beforeAll(async () => {
  project = await developedProject('education');
  development = await project.start();
  await development.shows(/^GraphiQL: /m);
});
afterAll(() => project.remove());

const RESOLVERS = 'subgraphs/education/resolvers.ts';
const SCHEMA = 'subgraphs/education/schema.graphql';
const RULES = 'subgraphs/education/access.cedar';
const READY = /^education: ready after [\d.]+ s, process \d+$/m;
/** The agency's and the graph's lines, in any order. */
const BOTH = /(?=[\s\S]*^education: ready after)(?=[\s\S]*^graph: composed and served)/m;
const ID = childIdOf(STORY.leftBehind);

const json = { 'content-type': 'application/json' };
const page = () => `http://127.0.0.1:${development.graphiqlPort}`;

interface Asked {
  readonly as?: string;
  readonly purpose?: string;
  readonly reference?: string;
}

/** Like the page: a demo caller's token, and a forwarded request. */
async function send(operation: object, asked: Asked = {}) {
  const { as = '', purpose = '', reference } = withDefaults(asked) as Asked;
  const headers = { ...json, origin: page() };
  const tokens = await fetch(`${page()}/token`, { method: 'POST', headers, body: JSON.stringify({ caller: as }) });
  const { token } = (await tokens.json()) as { token: string };
  const response = await fetch(`${page()}/graphql`, {
    method: 'POST',
    headers: {
      ...headers,
      authorization: `Bearer ${token}`,
      'access-purpose': purpose,
      ...(reference !== undefined && { 'access-reference': reference }),
    },
    body: JSON.stringify(operation),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
  return (await response.json()) as any;
}

const asVisitor: Asked = { as: 'child-director', purpose: 'VISIT', reference: visitsOf('child-director') };
const ask = (fields: string, asked?: Asked) =>
  send({ query: `query($id: ID!) { child(id: $id) { ${fields} } }`, variables: { id: ID } }, asked);

describe('the page', () => {
  test('refers only to files of its own server, all of which exist, and may load nothing else', async () => {
    const { headers, text } = await sendRaw(development.graphiqlPort, '/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    const found = (html: string) => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].flatMap(([, path]) => path ?? []);
    const referred = found(text).filter((path) => path !== 'data:,');
    expect(referred.length).toBeGreaterThan(5);
    const pending = [...referred];
    for (const path of pending) {
      expect(path).toMatch(/^\/[\w.-]+$/);
      const file = await sendRaw(development.graphiqlPort, path);
      expect([path, file.status]).toEqual([path, 200]);
      const imported = [...file.text.matchAll(/^import .* from '\.([^']+)';$/gm)].flatMap(([, name]) => name ?? []);
      const inStyle = path.endsWith('.css')
        ? [...file.text.matchAll(/url\(["']?(?!data:)([^)"']+)/g)].map(([, url]) => url ?? '')
        : [];
      pending.push(...imported, ...inStyle);
      expect(file.text).not.toMatch(/@import|sourceMappingURL/);
    }
    expect(pending).toContain('/answers.mjs');
  });

  test('offers every demo caller, the purposes with Chinese terms, and examples that are answered', async () => {
    const choices = JSON.parse((await sendRaw(development.graphiqlPort, '/choices')).text);
    expect(choices.callers).toContainEqual(
      expect.objectContaining({ sub: 'child-director', label: expect.stringContaining('儿童主任') }),
    );
    expect(choices.purposes).toContainEqual({
      name: 'JOINT_MEETING',
      label: '联席会商 JOINT_MEETING',
      kinds: ['meeting'],
      required: true,
    });
    const [record, child, view, ...others] = choices.examples;
    expect([record.name, child.name, view.name, others]).toEqual(['record', 'child', 'case-view', []]);
    const member = { as: 'education-member', purpose: 'JOINT_MEETING', reference: STORY_MEETING };
    const example = (
      { query, variables }: { query: string; variables: string },
      more: { variables?: object; operationName?: string },
      asked?: Asked,
    ) =>
      send(
        { query, variables: { ...JSON.parse(variables), ...more.variables }, operationName: more.operationName },
        asked,
      );
    const answers = await Promise.all([
      // Pseudonyms depend on the key, and tests have their own.
      example(record, { variables: { id: ID } }),
      example(child, { variables: { id: ID } }, member),
      example(view, { operationName: 'CaseView' }, { purpose: 'CASE_HANDLING', reference: STORY_CASE }),
      example(view, { operationName: 'DocketView' }, member),
    ]);
    expect(answers.map(({ data }) => Object.values(data)[0] !== null)).toEqual([true, true, true, true]);
    expect(answers[1].extensions.access).toMatchObject({
      masked: expect.arrayContaining(['Identity.fullName']),
      denied: expect.arrayContaining([expect.objectContaining({ coordinate: 'Identity.idNumber', purposes: [] })]),
    });
    const schema = JSON.parse((await sendRaw(development.graphiqlPort, '/schema')).text);
    expect(schema.data.__schema.queryType.name).toBe('Query');
  });

  test.each([
    ['a page elsewhere', (_own: string) => ({ origin: 'https://elsewhere.example' })],
    ['a page on another port of this machine', () => ({ origin: 'http://127.0.0.1:1' })],
    ['a page in a sandbox', () => ({ origin: 'null' })],
    [
      'a name that was made to point here',
      (own: string) => ({
        host: own.replace('127.0.0.1', 'elsewhere.example'),
        origin: `http://${own.replace('127.0.0.1', 'elsewhere.example')}`,
      }),
    ],
    ['nobody who says where it comes from', () => ({})],
  ])('gives no token to %s, and forwards nothing', async (_who, headersOf) => {
    const own = `127.0.0.1:${development.graphiqlPort}`;
    for (const path of ['/token', '/graphql']) {
      const { status, text } = await sendRaw(
        development.graphiqlPort,
        path,
        { ...json, ...headersOf(own) },
        '{"caller":"town-case-worker"}',
      );
      expect(status).toBe(403);
      expect(text).not.toContain('eyJ');
    }
  });

  test('gives only its own page a token, and only for demo callers, under both names of this machine', async () => {
    for (const host of [`127.0.0.1:${development.graphiqlPort}`, `localhost:${development.graphiqlPort}`]) {
      const headers = { ...json, host, origin: `http://${host}` };
      const given = await sendRaw(development.graphiqlPort, '/token', headers, '{"caller":"child-director"}');
      expect([given.status, given.text]).toEqual([200, expect.stringMatching(/^\{"token":"eyJ/)]);
      const refused = await sendRaw(development.graphiqlPort, '/token', headers, '{"caller":"root"}');
      expect(refused.status).toBe(400);
    }
    const { status } = await sendRaw(development.graphiqlPort, '/', { host: 'elsewhere.example' });
    expect(status).toBe(403);
  });
});

test('a changed resolver is in the answer after the restart', async () => {
  expect((await ask('enrolment { school }')).data.child.enrolment.school).toBe('柳溪镇初级中学');
  const [said] = await development.says(READY, () =>
    project.append(RESOLVERS, "\nObject.assign(resolvers, { Enrolment: { school: () => '改后的学校' } });\n"),
  );
  expect((await ask('enrolment { school }')).data.child.enrolment.school).toBe('改后的学校');
  console.log(said);
});

test('a new field, its migration and a changed rule are served together, and the committed graph stays unchanged', async () => {
  const before = ['gateway/generated/supergraph.graphql', 'gateway/generated/rules.json'].map(project.read);
  project.write(
    'subgraphs/education/migrations/9999-transport.sql',
    `alter table base.enrolment add column transport text default '步行';
     create or replace view exposed.enrolment as select child_id, school, school_type, grade, class_name, student_number,
       boarding, status, as_of, transport from base.enrolment;`,
  );
  await development.says(BOTH, () =>
    project.replace(
      SCHEMA,
      '  "The grade (年级)."',
      '  "How the pupil comes (上学方式)."\n  transport: String\n  "The grade (年级)."',
    ),
  );
  expect((await ask('enrolment { transport }')).data.child.enrolment).toEqual({ transport: '步行' });

  await development.says(BOTH, () =>
    project.replace(RULES, 'principal in Role::"case-worker",', 'principal in Role::"meeting-clerk",'),
  );
  expect((await ask('enrolment { transport }')).extensions.access.denied).toEqual([
    expect.objectContaining({ coordinate: 'Child.enrolment', purposes: expect.arrayContaining(['VISIT']) }),
  ]);
  const visit = await ask('enrolment { transport }', asVisitor);
  expect(visit.data.child.enrolment).toEqual({ transport: '步行' });
  expect(['gateway/generated/supergraph.graphql', 'gateway/generated/rules.json'].map(project.read)).toEqual(before);
});

test('composition faults are shown with file and line, and everything keeps running unchanged', async () => {
  const good = project.read(SCHEMA);
  const [said] = await development.says(/^The agencies do not compose:\n[\s\S]*?keeps running unchanged.*$/m, () =>
    project.replace(SCHEMA, '"education.bullying"', '"education.bulying"'),
  );
  expect(said).toMatch(/"education\.bulying".* \(subgraphs\/education\/schema\.graphql:\d+\)/);
  expect((await ask('enrolment { school transport }', asVisitor)).data.child.enrolment).toEqual({
    school: '改后的学校',
    transport: '步行',
  });
  await development.says(READY, () => project.write(SCHEMA, good));
});

test('an agency that does not start is reported once with file and line, is missing by name, and is back once the file is fixed', async () => {
  const good = project.read(RESOLVERS);
  const [syntax] = await development.says(/does not start.*\n(?: {2}.*\n)+/, () =>
    project.append(RESOLVERS, 'const broken = ;\n'),
  );
  expect(syntax.match(/subgraphs\/education\/resolvers\.ts:\d+:\d+: ERROR: .*/g)).toHaveLength(1);
  // More often than the breaker's limit.
  for (let times = 0; times < 6; times++) {
    const { data, errors, extensions } = await ask('identity { fullName } enrolment { school }', asVisitor);
    expect(data.child).toEqual({ identity: { fullName: '林小溪' }, enrolment: null });
    expect(errors[0].extensions).toMatchObject({
      code: 'AGENCY_UNAVAILABLE',
      agency: 'EDUCATION',
      reason: 'UNREACHABLE',
    });
    expect(extensions.access.unavailable).toEqual([expect.objectContaining({ agency: 'EDUCATION' })]);
  }
  const [undefinedName] = await development.says(/does not start.*\n(?: {2}.*\n)+/, () =>
    project.write(RESOLVERS, `absentThing();\n${good}`),
  );
  expect(undefinedName).toContain('  absentThing is not defined\n      at subgraphs/education/resolvers.ts:1:1\n');
  await development.says(READY, () => project.write(RESOLVERS, good));
  expect((await ask('enrolment { school }', asVisitor)).data.child.enrolment).toEqual({ school: '改后的学校' });
});

test('Ctrl-C ends everything; after kill -9, the agency’s process ends, whatever it is doing', async () => {
  expect(project.processes().length).toBe(2);
  const began = performance.now();
  development.child.kill('SIGINT');
  expect(await development.ended).toMatchObject({ code: 0, stderr: '' });
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(project.processes()).toEqual([]);

  development = await project.start();
  const [said] = await development.shows(READY);
  const child = Number(/process (\d+)/.exec(said)?.[1]);
  expect(project.processes()).toContain(child);
  // The process cannot react in an endless loop.
  await development.says(/^education: changed/m, () => project.append(RESOLVERS, 'while (true) {}\n'));
  await until(async () => project.processes().length === 2 && !project.processes().includes(child));
  development.child.kill('SIGKILL');
  await development.ended;
  await until(async () => project.processes().length === 0);
});

test('a wrong command line is refused with the usage', async () => {
  expect(() => devArguments([])).toThrow(/^Name an agency\.\n\nUsage: npm run dev -- <agency>/);
  for (const wrong of [
    ['eduction'],
    ['education', 'procuratorate'],
    ['education', '--dta', 'x'],
    ['education', '--graphiql-port', '0'],
  ]) {
    expect(() => devArguments(wrong)).toThrow(new RegExp(`Usage: .*\\n  ${AGENCIES.join('\\n  ')}$`));
  }
  const dev = 'exec node --import tsx developer-kit/dev/main.ts education';
  const { code, stderr } = await startLine(dev, { NODE_ENV: 'production' }).ended;
  expect([code, stderr]).toEqual([1, expect.stringContaining('npm run dev does not run with NODE_ENV=production')]);
});

test('only this command serves GraphiQL: `npm start` and production do not', () => {
  const files = ['gateway', 'shared', 'subgraphs'].flatMap((part) =>
    readdirSync(join(PROJECT, part), { recursive: true, encoding: 'utf8' }).map((name) => join(part, name)),
  );
  const outside = files.filter((file) => file.endsWith('.ts'));
  expect(outside.length).toBeGreaterThan(100);
  expect(
    outside.filter((file) =>
      /developer-kit\/dev|['"][^'"\s]*graphiql[^'"\s]*['"]/i.test(readFileSync(join(PROJECT, file), 'utf8')),
    ),
  ).toEqual([]);
});
