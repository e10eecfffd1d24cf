import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keyPair } from '../../gateway/embedded/keys';
import { ledgerConfig, requiredLedgerConfig } from '../../gateway/ledger/settings';
import { Environment } from '../../shared/config/environment';
import { provisionDatabase } from '../../shared/db/agency-database';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import {
  asSuperuser,
  dropLedgerDatabase,
  emptyLedgerDatabase,
  open,
  recordOneByOne,
  TEST_KEYS,
} from '../support/ledger';
import { runCommand } from '../support/ledger-command';

const NAME = 'ledger_commands';

test('the command reports the state of the ledger, and exits with 1 if an entry is not as recorded', async () => {
  const database = await emptyLedgerDatabase(NAME);
  const ledger = await open(database);
  await recordOneByOne(ledger, 12);
  await ledger.close();
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, LEDGER_DATABASE_URL: database.ownerUrl, LEDGER_SIGNING_KEY: TEST_KEYS.privateKey };
  const run = (...options: string[]) =>
    promisify(execFile)(process.execPath, ['dist/gateway/main.js', 'ledger-verify', ...options], {
      env,
    }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    );
  expect(await run()).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^As recorded: 12 entries, 3 checkpoints, SM3; head 12 of \S+, [0-9a-f]{64}\.\n$/),
  });
  await asSuperuser(database, `update ledger.entry set purpose = 'VISIT' where seq = 5`);
  expect(await run()).toEqual({
    code: 1,
    stdout: 'NOT AS RECORDED: entry 5: its column purpose differs from its text.\n',
  });
  const { code, stdout } = await run('--json');
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, ok: false, entry: 5 });
  await dropLedgerDatabase(NAME);
});

test('the commands need no settings for the embedded system, whether it runs or not', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'record-ledger-'));
  await chmod(dataDirectory, 0o755);
  const claim = await claimDataDirectory(dataDirectory);
  const { privateKey } = await keyPair(dataDirectory, 'ledger');
  const postgres = await startEmbeddedPostgres({ dataDirectory });
  const { database: _database, signingKey: _key, ...config } = ledgerConfig(new Environment({}));
  const embedded = { config: { ...config, database: undefined, signingKey: undefined }, dataDirectory };
  const out = join(dataDirectory, 'checkpoint.json');
  try {
    const ledger = await open(await provisionDatabase(postgres.adminUrl, 'access_ledger'), { signingKey: privateKey });
    await recordOneByOne(ledger, 12);
    expect(await runCommand('verify', undefined, [], embedded)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^As recorded: 12 entries/),
    });
    expect(await runCommand('checkpoint', undefined, ['--out', out], embedded)).toMatchObject({ code: 0 });
    await ledger.close();
  } finally {
    await postgres.stop();
    await claim.release();
  }
  expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ checkpoint: { number: 3, lastSeq: 12 } });
  expect(await runCommand('verify', undefined, ['--checkpoint', out], embedded)).toMatchObject({ code: 0 });
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('settings', () => {
  const faults = (variables: NodeJS.ProcessEnv, read: (environment: Environment) => unknown = ledgerConfig) => {
    const environment = new Environment(variables);
    read(environment);
    try {
      environment.finish();
      return [];
    } catch (error) {
      return (error as { faults: readonly string[] }).faults;
    }
  };

  test('derive the writer’s and reader’s URLs from the owner’s', () => {
    const { database } = ledgerConfig(new Environment({ LEDGER_DATABASE_URL: 'postgres://o:p@db:5432/access_ledger' }));
    expect(database?.writerUrl).toMatch(/^postgres:\/\/access_ledger_writer:[^@]+@db:5432\/access_ledger$/);
    expect(database?.readerUrl).toMatch(/^postgres:\/\/access_ledger_reader:[^@]+@db:5432\/access_ledger$/);
  });

  test.each([
    [{ LEDGER_RETENTION_YEARS: '2' }, 'LEDGER_RETENTION_YEARS must be a whole number from 3 to 100.'],
    [{ LEDGER_HASH: 'md5' }, 'LEDGER_HASH must be one of sm3, sha256.'],
    [{ LEDGER_SIGNING_KEY: 'none' }, 'LEDGER_SIGNING_KEY: The ledger key must be a P-256 or SM2 key, PEM.'],
    [{ LEDGER_HAHS: 'sm3' }, expect.stringMatching(/^LEDGER_HAHS is not a setting/)],
    [
      { LEDGER_WRITER_DATABASE_URL: 'postgres://w:p@db/l' },
      'LEDGER_READER_DATABASE_URL is not set, and there is no LEDGER_DATABASE_URL to derive it from.',
    ],
  ])('%j is refused', (variables, fault) => {
    expect(faults(variables)).toEqual([fault]);
  });

  test('a gateway without an embedded ledger needs a database and a key', () => {
    expect(faults({}, requiredLedgerConfig)).toEqual([
      'LEDGER_DATABASE_URL (or LEDGER_WRITER_DATABASE_URL) is not set: where accesses are recorded.',
      expect.stringMatching(/^LEDGER_SIGNING_KEY \(or LEDGER_SIGNING_KEY_FILE\) is not set/),
    ]);
  });
});
