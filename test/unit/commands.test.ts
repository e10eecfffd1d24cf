import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { startLine } from '../support/process';

/** The npm scripts that run this project's commands, without benches and npm's own tools. */
const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const COMMANDS = Object.entries(scripts).filter(([, line]) => / (?:--import tsx (?!test\/)|dist\/)/.test(line));

/** Documented exit codes of wrong usage other than 2. */
const WRONG_USAGE: Readonly<Record<string, number>> = { import: 1 };

test('the scripts include every way to start, to migrate and to generate', () => {
  expect(COMMANDS.map(([name]) => name)).toEqual(
    expect.arrayContaining(['start', 'serve:gateway', 'serve:subgraph', 'migrate', 'import', 'check', 'ledger:verify']),
  );
});

test.each(COMMANDS)('`npm run %s` names an unknown option and its usage, and --help succeeds', async (name, line) => {
  const [refused, helped] = await Promise.all(
    ['--no-such-option', '--help'].map((option) => startLine(`${line} ${option}`).ended),
  );
  const usage = name === 'start' ? /^Usage: npm start\n/m : new RegExp(`^Usage:\\s+npm run (?:-s )?${name}\\b`, 'm');
  expect(refused).toMatchObject({ code: WRONG_USAGE[name] ?? 2, stdout: '', stderr: expect.stringMatching(usage) });
  expect(refused?.stderr).toMatch(/^[\w ]+: Unknown option '--no-such-option'\.\n\n/);
  expect(helped).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(usage) });
});
