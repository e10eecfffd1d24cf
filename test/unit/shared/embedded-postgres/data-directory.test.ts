import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../../../shared/config/project-root';
import { claimDataDirectory } from '../../../../shared/embedded-postgres/data-directory';

/** Waits for a line of input, claims, prints "claimed" or the error's code, and runs until it is killed. */
const CLAIMANT = `
  const { claimDataDirectory } = require(process.env.MODULE);
  process.stdin.once('data', () => {
    claimDataDirectory(process.env.DIRECTORY).then(() => 'claimed', (error) => error.code).then(console.log);
  });
  console.log('waiting');
`;

describe('claimDataDirectory', () => {
  let parent: string;
  let directory: string;
  const children: ReturnType<typeof spawn>[] = [];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'data-directory-'));
    directory = join(parent, 'nested', '.data');
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map(kill));
    rmSync(parent, { recursive: true });
  });

  async function startClaimant() {
    const child = spawn(process.execPath, ['--import', 'tsx', '--eval', CLAIMANT], {
      cwd: PROJECT,
      env: {
        ...process.env,
        MODULE: join(PROJECT, 'shared/embedded-postgres/data-directory.ts'),
        DIRECTORY: directory,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return {
      child,
      async claim(): Promise<string> {
        child.stdin.write('go\n');
        const [answer] = await once(child.stdout, 'data');
        return String(answer).trim();
      },
    };
  }

  async function kill(child: ReturnType<typeof spawn>) {
    if (child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('creates the directory, open to the user that PostgreSQL runs as', async () => {
    const umask = process.umask(0o077);
    try {
      const claim = await claimDataDirectory(directory);
      expect(statSync(directory).mode & 0o777).toBe(0o755);
      await claim.release();
    } finally {
      process.umask(umask);
    }
  });

  it('refuses a second claim and names the holder', async () => {
    const claim = await claimDataDirectory(directory);
    const second = claimDataDirectory(directory);
    await expect(second).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: `The data directory ${directory} is in use by process ${process.pid}.`,
    });
    await claim.release();
  });

  it('refuses a claim of another process, and one through a symbolic link', async () => {
    const { child, claim } = await startClaimant();
    expect(await claim()).toBe('claimed');
    await expect(claimDataDirectory(directory)).rejects.toThrow(`is in use by process ${child.pid}.`);

    const link = join(parent, 'link');
    symlinkSync(directory, link);
    await expect(claimDataDirectory(link)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  });

  it('releases the directory, once', async () => {
    const first = await claimDataDirectory(directory);
    await first.release();
    const second = await claimDataDirectory(directory);
    await first.release();
    await expect(claimDataDirectory(directory)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
    await second.release();
  });

  it('takes over from a process that was killed', async () => {
    const { child, claim } = await startClaimant();
    expect(await claim()).toBe('claimed');
    await kill(child);
    const taken = await claimDataDirectory(directory);
    await taken.release();
  });

  it('takes over even if the remaining pid belongs to another program', async () => {
    await (await claimDataDirectory(directory)).release();
    writeFileSync(join(directory, 'claim'), `${process.ppid}\n`);
    const taken = await claimDataDirectory(directory);
    await taken.release();
  });

  it('has exactly one winner among many simultaneous starts after a killed holder', async () => {
    const holder = await startClaimant();
    const rivals = await Promise.all(Array.from({ length: 8 }, startClaimant));
    expect(await holder.claim()).toBe('claimed');
    await kill(holder.child);

    const answers = await Promise.all(rivals.map((rival) => rival.claim()));
    expect(answers.sort()).toEqual([...Array.from({ length: 7 }, () => 'DATA_DIR_IN_USE'), 'claimed']);
  });
});
