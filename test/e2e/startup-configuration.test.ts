import { existsSync, readdirSync } from 'node:fs';
import { verify } from 'jsonwebtoken';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { keyPair } from '../../gateway/embedded/keys';
import { removeDataDirectory, startLine, startSystemProcess, temporaryDataDirectory } from '../support/process';

const dataDirectory = temporaryDataDirectory();
const inDirectory = { DATA_DIR: dataDirectory };
const untouched = () => expect(existsSync(dataDirectory) && readdirSync(dataDirectory)).toEqual([]);
const inProduction = { ...inDirectory, NODE_ENV: 'production' };
const TOKEN = 'npm run -s token -- --as';

afterAll(() => removeDataDirectory(dataDirectory));

test('in production, a start without configuration lists all missing settings at once', async () => {
  const { code, stdout, stderr } = await startSystemProcess(inProduction).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n').map((line) => line.replace(/ (?:is not set|\(or|must be).*/, ''))).toEqual([
    'The configuration is faulty:',
    '  - JWKS_URI',
    '  - JWT_ISSUER',
    '  - JWT_AUDIENCE',
    '  - CHILD_ID_KEY_FILE',
    '',
  ]);
  untouched();
});

test('`npm start` exits with the same failure', async () => {
  const { code, stderr } = await startLine('npm start', { ...inProduction, PORT: 'abc' }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('  - PORT must be a whole number from 1 to 65535.\n');
  untouched();
});

test('misspelt or out-of-range settings prevent the start, in one message without their values', async () => {
  const { code, stdout, stderr } = await startSystemProcess({
    ...inDirectory,
    DATABASE_URL_EDUCATOIN: 'postgres://owner:hidden@127.0.0.1/education',
    DATABASE_URL_EDUCATION: 'http://owner:hidden@127.0.0.1/education',
    PORT: 'abc',
    DISTRICT_SIZE: '999999999',
    DISTRICT_DATE: 'tomorrow',
    CHILD_ID_HASH: 'md5',
    CHILD_ID_KEY: 'hidden',
    LOG_LEVEL: 'loud',
  }).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const [title, ...faults] = stderr.trimEnd().split('\n');
  expect(title).toBe('The configuration is faulty:');
  expect(faults.map((line) => /^ {2}- (\w+)/.exec(line)?.[1]).sort()).toEqual([
    'CHILD_ID_HASH',
    'CHILD_ID_KEY',
    'DATABASE_URL_EDUCATION',
    'DATABASE_URL_EDUCATOIN',
    'DISTRICT_DATE',
    'DISTRICT_SIZE',
    'LOG_LEVEL',
    'PORT',
  ]);
  expect(stderr).not.toContain('hidden');
  untouched();
});

test('in production, the token command prints no token', async () => {
  const { code, stdout, stderr } = await startLine(`${TOKEN} town-case-worker`, inProduction).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('The embedded identity provider does not exist in production.');
  untouched();
});

test('for an unknown caller, the token command lists the known callers and prints no token', async () => {
  const lines = [`${TOKEN} nobody`, 'npm run -s token', 'npm run -s token -- town-case-worker'];
  for (const { code, stdout, stderr } of await Promise.all(lines.map((line) => startLine(line, inDirectory).ended))) {
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const { sub } of DEMO_CALLERS) expect(stderr).toContain(`\n  ${sub}\n`);
  }
  untouched();
});

test('the token command prints only a token', async () => {
  const { code, stdout } = await startLine(`${TOKEN} town-case-worker`, inDirectory).ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { publicKey } = await keyPair(dataDirectory, 'identity-provider');
  expect(verify(stdout.trim(), publicKey)).toMatchObject({ sub: 'town-case-worker' });
});
