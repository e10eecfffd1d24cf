import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { PROJECT } from '../../shared/config/project-root';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';

const asRoot = process.geteuid?.() === 0 ? it : it.skip;

/** Starts the server, prints its URL and runs until it is killed. */
const OWNER = `
  const { startEmbeddedPostgres } = require(process.env.MODULE);
  startEmbeddedPostgres({ dataDirectory: process.env.DIRECTORY }).then(({ adminUrl }) => console.log(adminUrl));
  setInterval(() => {}, 1000);
`;

describe('startEmbeddedPostgres', () => {
  let parent: string;
  let dataDirectory: string;
  const running: EmbeddedPostgres[] = [];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'embedded-postgres-')); // 0700, as mkdtemp makes it
    dataDirectory = join(parent, '.data');
    mkdirSync(dataDirectory);
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    const location = join(dataDirectory, 'postgres.location');
    if (existsSync(location)) rmSync(dirname(readFileSync(location, 'utf8').trim()), { recursive: true });
    rmSync(parent, { recursive: true });
  });

  async function start(onProgress?: (text: string) => void) {
    const server = await startEmbeddedPostgres({ dataDirectory, onProgress });
    running.push(server);
    return server;
  }

  async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  function openParent() {
    // If the test runs as root, the cluster would otherwise be created elsewhere.
    chmodSync(parent, 0o755);
  }

  it('keeps its data across a stop and a start, and may be stopped twice', async () => {
    openParent();
    const first = await start();
    await query(first.adminUrl, 'create table kept as select 42 as answer');
    await Promise.all([first.stop(), first.stop()]);
    await expect(query(first.adminUrl, 'select 1')).rejects.toThrow();

    const steps: string[] = [];
    const second = await start((text) => steps.push(text));
    expect(await query(second.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(second.adminUrl).toMatch(/^postgres:\/\/postgres:[0-9a-f]{48}@127\.0\.0\.1:\d+\/postgres$/);
    expect(new URL(second.adminUrl).port).toBe(String(second.port));
    expect(steps).toEqual([
      'Starting the database server.',
      `The database server listens on 127.0.0.1:${second.port}.`,
    ]);
  });

  it('keeps the superuser password secret, requires it, and syncs its commits', async () => {
    openParent();
    const { adminUrl } = await start();
    const file = join(dataDirectory, 'keys', 'postgres-superuser');
    expect(statSync(file)).toMatchObject({ uid: process.geteuid?.() });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const guess = query(adminUrl.replace(/:[0-9a-f]{48}@/, ':wrong@'), 'select 1');
    await expect(guess).rejects.toMatchObject({ code: '28P01' });

    const names = ['fsync', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone'];
    const columns = names.map((name) => `current_setting('${name}') as "${name}"`);
    const [settings] = await query(adminUrl, `select ${columns.join()}`);
    expect(settings).toEqual({
      fsync: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
    });
  });

  it('logs no value of a failed statement', async () => {
    openParent();
    const { adminUrl } = await start();
    const insert = `create temp table t (k text primary key); insert into t values ('SECRET-7'), ('SECRET-7')`;
    await expect(query(adminUrl, insert)).rejects.toMatchObject({ code: '23505' });
    await expect(query(adminUrl, `select 'SECRET-7'::integer`)).rejects.toMatchObject({ code: '22P02' });
    const log = readFileSync(join(dataDirectory, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('SECRET-7');
  });

  it('replaces the server of a killed process, with all that was committed', async () => {
    openParent();
    const owner = spawn(process.execPath, ['--import', 'tsx', '--eval', OWNER], {
      cwd: PROJECT,
      env: {
        ...process.env,
        MODULE: join(PROJECT, 'shared/embedded-postgres/embedded-postgres.ts'),
        DIRECTORY: dataDirectory,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(owner.stdout, 'data');
    const orphanUrl = String(line).trim();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await query(orphanUrl, 'create table committed as select 42 as answer'); // it does run on

    const steps: string[] = [];
    const server = await start((text) => steps.push(text));
    expect(steps[0]).toMatch(/^Stopping the database server that an earlier run left behind, process \d+\.$/);
    await expect(query(orphanUrl, 'select 1')).rejects.toThrow();
    expect(await query(server.adminUrl, 'select answer from committed')).toEqual([{ answer: 42 }]);
  });

  it('recovers after the server was killed, and does not touch the program that has its pid now', async () => {
    openParent();
    const first = await start();
    await query(first.adminUrl, 'create table committed as select 42 as answer');
    const lockFile = join(dataDirectory, 'postgres', 'postmaster.pid');
    const [pid, ...rest] = readFileSync(lockFile, 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await first.stop();

    // As the server's user, so PostgreSQL itself would accept the pid.
    const { uid, gid } = statSync(lockFile);
    const bystander = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { uid, gid, cwd: '/' });
    writeFileSync(lockFile, [bystander.pid, ...rest].join('\n'));
    try {
      const second = await start();
      expect(await query(second.adminUrl, 'select answer from committed')).toEqual([{ answer: 42 }]);
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    } finally {
      bystander.kill('SIGKILL');
    }
  });

  it('clears away an interrupted creation', async () => {
    openParent();
    mkdirSync(join(dataDirectory, 'postgres.partial-0123456789ab', 'cluster', 'base'), { recursive: true });
    const { adminUrl } = await start();
    expect(await query(adminUrl, 'select 42 as answer')).toEqual([{ answer: 42 }]);
    expect(existsSync(join(dataDirectory, 'postgres.partial-0123456789ab'))).toBe(false);
  });

  it('reports why it cannot start, with the server’s last lines', async () => {
    openParent();
    await (await start()).stop();
    writeFileSync(join(dataDirectory, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(start()).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES_FAILED',
      message: expect.stringMatching(/did not start; see .*postgres\.log\.\n[\s\S]*no_such_setting/),
    });
  });

  asRoot('works for root in a directory that no one else can enter, without opening it', async () => {
    const first = await start();
    await query(first.adminUrl, 'create table kept as select 42 as answer');
    await first.stop();
    expect(statSync(parent).mode & 0o777).toBe(0o700);
    expect(existsSync(join(dataDirectory, 'postgres'))).toBe(false);

    const second = await start();
    expect(await query(second.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });
});
