import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { interpolateWith, readComposeFile, serviceOf } from '../support/compose-file';
import { NEVER_MILLISECONDS } from '../support/until';

const asWritten = readComposeFile(join(PROJECT, 'docker-compose.yml'));

describe('a service of docker-compose.yml', () => {
  /** Exit code and standard error of a service without the required settings. */
  function startedBare(name: string, more: Readonly<Record<string, string>> = {}) {
    const { command, environment } = serviceOf(asWritten, name);
    const given = Object.entries(environment).filter(([, value]) => !/:\?|^\/run\/secrets\//.test(value));
    const [program = '', ...options] = command;
    const { status, stdout, stderr } = spawnSync(program, options, {
      cwd: PROJECT,
      env: {
        PATH: process.env.PATH,
        ...Object.fromEntries(given.map(([variable, text]) => [variable, interpolateWith({})(text)])),
        ...more,
      },
      encoding: 'utf8',
      timeout: NEVER_MILLISECONDS,
    });
    return { status, stdout, faults: stderr.split('\n').filter((line) => line.startsWith('  - ')) };
  }

  test('refuses to start as the gateway without keys and identity provider, and lists every fault', () => {
    expect(startedBare('gateway')).toEqual({
      status: 1,
      stdout: '',
      faults: [
        'JWKS_URI is',
        'JWT_ISSUER is',
        'JWT_AUDIENCE is',
        'CONTEXT_PRIVATE_KEY (or CONTEXT_PRIVATE_KEY_FILE) is',
        'LEDGER_DATABASE_URL (or LEDGER_WRITER_DATABASE_URL) is',
        'LEDGER_SIGNING_KEY (or LEDGER_SIGNING_KEY_FILE) is',
      ].map((fault) => expect.stringContaining(`${fault} not set`)),
    });
  });

  test('refuses to start as a subgraph without keys and database, and lists every fault', () => {
    expect(startedBare('education')).toEqual({
      status: 1,
      stdout: '',
      faults: [
        expect.stringContaining('READER_DATABASE_URL_EDUCATION is not set'),
        expect.stringContaining('CONTEXT_PUBLIC_KEY (or CONTEXT_PUBLIC_KEY_FILE) is not set'),
        expect.stringContaining('CHILD_ID_KEY_FILE (or CHILD_ID_KEY_COMMAND) must name a key of your own'),
      ],
    });
  });

  test('refuses to serve in production with the password of the tables’ owner', () => {
    const url = 'postgres://education_owner:secret@127.0.0.1:1/education';
    const { status, faults } = startedBare('education', { DATABASE_URL_EDUCATION: url });
    expect(status).toBe(1);
    expect(faults).toContainEqual(
      expect.stringContaining(
        'DATABASE_URL_EDUCATION must not be set in production, except for `npm run migrate -- education`',
      ),
    );
    expect(faults.join()).not.toContain('secret');
  });

  test('refuses to migrate without the owner of the tables', () => {
    expect(startedBare('education-migrations')).toMatchObject({
      status: 1,
      faults: expect.arrayContaining([expect.stringContaining('DATABASE_URL_EDUCATION is not set')]),
    });
  });
});
