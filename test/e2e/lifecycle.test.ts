import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../shared/cli/free-port';
import { type Contents, contentsOf } from '../support/contents';
import { keyFile } from '../support/key-file';
import {
  processesOn,
  removeDataDirectory,
  startLine,
  startSystemProcess,
  temporaryDataDirectory,
  type Variables,
} from '../support/process';
import { askForRecord, type RunningSystem, startReadySystem, untilReady } from '../support/running-system';

/** Enough children for a slow start with several progress lines. */
const SIZE = 2_000;

/** One data directory; the tests below are its starts and stops, in order. */
const dataDirectory = temporaryDataDirectory();
let variables: Variables;
let system: RunningSystem;
let firstAnswer: string;
let firstContents: Contents;

beforeAll(async () => {
  variables = { DATA_DIR: dataDirectory, PORT: String(await freePort()), DISTRICT_SIZE: String(SIZE) };
});
afterAll(() => removeDataDirectory(dataDirectory));

async function expectFirstData(): Promise<void> {
  expect(await contentsOf(dataDirectory, system.postgresPort)).toEqual(firstContents);
  expect(await askForRecord(system)).toEqual({ status: 200, body: firstAnswer });
}

test('while it starts, /ready and /graphql answer 503, and it shows its progress', async () => {
  const startedAt = performance.now();
  const started = startSystemProcess(variables);
  const seen = new Set<string>();
  const look = async (path: string, method: string) => {
    const response = await fetch(`http://127.0.0.1:${variables.PORT}${path}`, { method }).catch(() => undefined);
    if (response === undefined) return undefined; // does not listen yet
    const body = await response.text();
    seen.add(`${path} ${response.status} ${response.status === 503 ? body : ''}`.trim());
    return response.status;
  };
  while ((await look('/ready', 'GET')) !== 200) {
    if (started.stdout().includes('Filling') && !started.stdout().includes('100 %')) await look('/graphql', 'POST');
    await new Promise((done) => setTimeout(done, 20));
  }
  system = await untilReady(started, variables, startedAt);

  expect([...seen].filter((line) => line.startsWith('/ready'))).toEqual(['/ready 503 {"ready":false}', '/ready 200']);
  const [refusal = '', ...others] = [...seen].filter((line) => line.startsWith('/graphql'));
  expect(others).toEqual([]);
  expect(refusal).toMatch(/^\/graphql 503 \{"errors":\[\{.*"code":"NOT_READY"/);
  const said = system.stdout().replace(/^\{.*\n/gm, ''); // without the log of requests
  expect(said).toMatch(
    /^Creating the database cluster .*\nStarting the database server\.\nThe database server listens on .*\n(Filling the databases \d+0 %\n)+ready: /,
  );
  console.log(`first start with ${SIZE} children: ready after ${system.readyAfter} ms`);
});

test('`npm start` shows its URL and a request to copy, which is answered with the child', async () => {
  expect(system.stdout()).toContain(`\nready: http://127.0.0.1:${system.port}/graphql\n`);
  const [, curl = ''] = /^Every person .* in this folder:\n((?: {2}.*\n)+)/m.exec(system.stdout()) ?? [];
  const { code, stdout } = await startLine(curl).ended;
  expect(code).toBe(0);
  const { errors, data } = JSON.parse(stdout);
  expect(errors).toBeUndefined();
  expect(data.child).toMatchObject({ identity: { sex: 'FEMALE' }, welfare: { categories: ['LEFT_BEHIND'] } });

  firstAnswer = (await askForRecord(system)).body;
  expect(JSON.parse(firstAnswer)).toEqual(JSON.parse(stdout));
  firstContents = await contentsOf(dataDirectory, system.postgresPort);
});

test('a second start on the same port or data directory fails with one line and disturbs nothing', async () => {
  const elsewhere = temporaryDataDirectory();
  try {
    const [samePort, sameDirectory] = await Promise.all([
      startSystemProcess({ ...variables, DATA_DIR: elsewhere }).ended,
      startSystemProcess({ ...variables, PORT: String(await freePort()) }).ended,
    ]);
    expect(samePort).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The port is in use by another process; set PORT to a free one.\n',
    });
    expect(sameDirectory).toEqual({
      code: 1,
      stdout: '',
      stderr: `Not started: The data directory ${dataDirectory} is in use by process ${system.child.pid}.\n`,
    });
    expect(existsSync(join(elsewhere, 'postgres'))).toBe(false);
    await expectFirstData();
  } finally {
    removeDataDirectory(elsewhere);
  }
});

test('SIGINT: the request in progress is answered, the process exits with 0, and no database server remains', async () => {
  expect(processesOn(dataDirectory)).not.toEqual([]);
  const answer = await askForRecord(system, async () => {
    system.child.kill('SIGINT');
    await system.shows(/^stopping:/m);
  });
  expect(answer).toEqual({ status: 200, body: firstAnswer });
  expect(await system.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nstopped\n$/), stderr: '' });
  expect(processesOn(dataDirectory)).toEqual([]);
});

test('the next start on the same data directory has the same data', async () => {
  system = await startReadySystem(variables);
  await expectFirstData();
  expect(system.stdout()).not.toContain('Filling');
  console.log(`second start: ready after ${system.readyAfter} ms`);
});

test('after kill -9, the next start stops the remaining database server, and has the same data', async () => {
  const orphans = processesOn(dataDirectory);
  system.child.kill('SIGKILL');
  await system.ended;
  expect(processesOn(dataDirectory)).toEqual(orphans);

  system = await startReadySystem(variables);
  expect(system.stdout()).toContain('Stopping the database server that an earlier run left behind');
  expect(processesOn(dataDirectory)).toHaveLength(1);
  expect(processesOn(dataDirectory)).not.toEqual(orphans);
  await expectFirstData();
});

test('one Ctrl-C that arrives twice, from the terminal and from npm, still lets requests finish', async () => {
  const answer = await askForRecord(system, async () => {
    system.child.kill('SIGINT');
    await system.shows(/^stopping:/m);
    system.child.kill('SIGINT');
    await new Promise((done) => setTimeout(done, 100));
  });
  expect(answer).toEqual({ status: 200, body: firstAnswer });
  expect(await system.ended).toMatchObject({ code: 0 });
  expect(processesOn(dataDirectory)).toEqual([]);
});

test.each([
  [
    'another DISTRICT_SIZE',
    { DISTRICT_SIZE: '500' },
    /^Not started: The database already contains a district of 2000 children \(seed "district", as of [\d-]+\); for one of 500 children \(seed "district", as of [\d-]+\) choose another DATA_DIR, or remove this one\.\n$/,
  ],
  [
    'another CHILD_ID_KEY',
    { CHILD_ID_KEY_FILE: keyFile('another-key-than-the-one-the-district-was-filled-under') },
    /^Not started: The database was filled under another CHILD_ID_KEY or CHILD_ID_HASH: its pseudonyms would not match \(CHILD_ID_KEY_DIFFERS\)\.\n$/,
  ],
])(
  '%s than the data directory was filled with is refused, and no database server stays',
  async (_what, other, message) => {
    const { code, stdout, stderr } = await startSystemProcess({ ...variables, ...other }).ended;
    expect(stderr).toMatch(message);
    expect(stdout).not.toContain('ready');
    expect(code).toBe(1);
    expect(processesOn(dataDirectory)).toEqual([]);
  },
);

test('refused starts have not changed the data', async () => {
  system = await startReadySystem(variables);
  await expectFirstData();
});

test('closing the terminal lets requests finish, too', async () => {
  const answer = await askForRecord(system, async () => {
    system.child.stdout?.destroy();
    system.child.stderr?.destroy();
    system.child.kill('SIGHUP');
    await new Promise((done) => setTimeout(done, 200));
  });
  expect(answer).toEqual({ status: 200, body: firstAnswer });
  expect(await system.ended).toMatchObject({ code: 0 });
  expect(processesOn(dataDirectory)).toEqual([]);
});
