import { freePort } from '../../shared/cli/free-port';
import { todayInChina } from '../../shared/domain/dates';
import { contentsOf, expectedRows } from '../support/contents';
import {
  processesOn,
  removeDataDirectory,
  startSystemProcess,
  temporaryDataDirectory,
  type Variables,
} from '../support/process';
import { askForRecord, startReadySystem } from '../support/running-system';

const SIZE = 4_000;
const dataDirectory = temporaryDataDirectory();
let variables: Variables;

beforeAll(async () => {
  variables = { DATA_DIR: dataDirectory, PORT: String(await freePort()), DISTRICT_SIZE: String(SIZE) };
});
afterAll(() => removeDataDirectory(dataDirectory));

test.each([
  ['creates the database cluster', /^Creating the database cluster/m],
  ['fills the databases', /^Filling the databases 20 %/m],
])('Ctrl-C while it %s stops it, and leaves no database server', async (_phase, shown) => {
  const started = startSystemProcess(variables);
  await started.shows(shown);
  started.child.kill('SIGINT');
  expect(await started.ended).toMatchObject({ code: 1, stderr: 'Not started: stopped by SIGINT.\n' });
  expect(started.stdout()).not.toContain('ready');
  expect(processesOn(dataDirectory)).toEqual([]);
});

test('after kill -9 while the databases are filled, the next start has each child once in every agency', async () => {
  const killed = startSystemProcess(variables);
  await killed.shows(/^Filling the databases [345]0 %/m);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(killed.stdout()).not.toMatch(/ (?:[6-9]0|100) %/);

  const system = await startReadySystem(variables);
  const contents = await contentsOf(dataDirectory, system.postgresPort);
  const rows = Object.fromEntries(Object.entries(contents).map(([table, { rows }]) => [table, rows]));
  expect(rows).toEqual(expectedRows({ seed: 'district', size: SIZE, today: todayInChina() }));
  for (const [agency, table] of [
    ['governance-center', 'child'],
    ['public-security', 'person'],
    ['civil-affairs', 'child'],
    ['education', 'child'],
    ['procuratorate', 'child'],
    ['womens-federation', 'child'],
  ]) {
    expect({ agency, children: rows[`${agency}.${table}`] }).toEqual({ agency, children: SIZE });
  }
  expect(await askForRecord(system)).toMatchObject({ status: 200 });

  system.child.kill('SIGTERM');
  expect(await system.ended).toMatchObject({ code: 0 });
  expect(processesOn(dataDirectory)).toEqual([]);
});
