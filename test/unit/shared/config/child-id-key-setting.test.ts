import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childIdSettings } from '../../../../shared/config/child-id-key-setting';
import { type ConfigurationError, Environment } from '../../../../shared/config/environment';
import { keyFile } from '../../../support/key-file';

const KEY = 'a-key-of-pseudonyms-for-this-test-alone';
const folder = mkdtempSync(join(tmpdir(), 'child-id-key-setting-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(variables: Readonly<Record<string, string>>) {
  const environment = new Environment(variables);
  const { key } = childIdSettings(environment);
  try {
    environment.finish();
    return key.toString();
  } catch (error) {
    return (error as ConfigurationError).faults.join('\n');
  }
}

test('the key comes from a file that only its user can read', () => {
  expect(read({ CHILD_ID_KEY_FILE: keyFile(KEY), NODE_ENV: 'production' })).toBe(KEY);
  expect(read({ CHILD_ID_KEY_FILE: keyFile(KEY, 0o400) })).toBe(KEY);
});

test.each([0o604, 0o602, 0o601, 0o644, 0o666, 0o620, 0o777])(
  'a file with mode %i is refused, with the correction',
  (mode) => {
    const path = keyFile(KEY, mode);
    expect(read({ CHILD_ID_KEY_FILE: path })).toBe(
      `CHILD_ID_KEY_FILE can be read or written by others: chmod 0600 ${path}`,
    );
  },
);

test('the key comes from the output of a command', () => {
  expect(read({ CHILD_ID_KEY_COMMAND: `printf '%s\\n' '${KEY}' 2>&1`, NODE_ENV: 'production' })).toBe(KEY);
});

test.each(['', 'production'])(
  'a key in the environment is refused in every mode ("%s"), and not repeated',
  (NODE_ENV) => {
    const others: readonly Record<string, string>[] = [{}, { CHILD_ID_KEY_FILE: keyFile(KEY) }];
    for (const more of others) {
      const said = read({ CHILD_ID_KEY: KEY, NODE_ENV, ...more });
      expect(said).toMatch(/^CHILD_ID_KEY must not be in the environment: write the key to a file with mode 0600/);
      expect(said).not.toContain(KEY);
    }
  },
);

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'no key in production',
    { NODE_ENV: 'production' },
    /^CHILD_ID_KEY_FILE \(or CHILD_ID_KEY_COMMAND\) must name a key/,
  ],
  [
    'the key of development in production',
    { NODE_ENV: 'production', CHILD_ID_KEY_FILE: keyFile('development-only-child-id-key-for-synthetic-people') },
    /must name a key of your own in production/,
  ],
  ['a short one', { CHILD_ID_KEY_FILE: keyFile('short') }, /must have at least 32 bytes/],
  ['an empty file', { CHILD_ID_KEY_FILE: keyFile('') }, /must have at least 32 bytes/],
  ['a file that is not there', { CHILD_ID_KEY_FILE: join(folder, 'none') }, /CHILD_ID_KEY_FILE cannot be read/],
  ['a folder', { CHILD_ID_KEY_FILE: folder }, /CHILD_ID_KEY_FILE does not name a file/],
  [
    'a command that fails',
    { CHILD_ID_KEY_COMMAND: `echo '${KEY}'; exit 3` },
    /^CHILD_ID_KEY_COMMAND has failed \(3\)\.$/,
  ],
  [
    'a command that there is not',
    { CHILD_ID_KEY_COMMAND: 'no-such-command-here' },
    /^CHILD_ID_KEY_COMMAND has failed \(127\)\.$/,
  ],
  ['a command without output', { CHILD_ID_KEY_COMMAND: 'true' }, /must have at least 32 bytes/],
  [
    'both',
    { CHILD_ID_KEY_FILE: keyFile(KEY), CHILD_ID_KEY_COMMAND: `echo '${KEY}'` },
    /^CHILD_ID_KEY_FILE and CHILD_ID_KEY_COMMAND are both set/,
  ],
])('%s is refused', (_, variables, fault) => {
  const said = read(variables);
  expect(said).toMatch(fault);
  expect(said).not.toContain(KEY);
});
