import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { dropLedgerDatabase, emptyLedgerDatabase, makeKeys, open, recordOneByOne, TEST_KEYS } from '../support/ledger';
import { runCommand } from '../support/ledger-command';

const NAME = 'ledger_proof';
let database: LedgerDatabase;
let directory: string;
let key: string;
let proof: string;
let checkpoint: string;
beforeAll(async () => {
  database = await emptyLedgerDatabase(NAME);
  const ledger = await open(database);
  await recordOneByOne(ledger, 17);
  await ledger.close();
  directory = await mkdtemp(join(tmpdir(), 'ledger-proof-'));
  [key, proof, checkpoint] = ['key.pem', 'proof.json', 'checkpoint.json'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(key, TEST_KEYS.publicKey);
  // Checkpoints cover 1, 2-11 and 12-17.
  expect(await runCommand('proof', database, ['--entry', '14', '--out', proof])).toMatchObject({ code: 0 });
  expect(await runCommand('checkpoint', database, ['--out', checkpoint])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
  await dropLedgerDatabase(NAME);
});

const check = (file: string, ...options: readonly string[]) =>
  runCommand('check-proof', undefined, ['--proof', file, '--key', key, ...options]);

test('an entry is proved with only the file and the public key', async () => {
  expect(await check(proof)).toMatchObject({ code: 0, said: expect.stringMatching(/^Proved: entry 14 of /) });
  expect(await check(proof, '--checkpoint', checkpoint)).toMatchObject({ code: 0 });
});

test('every entry can be proved', async () => {
  for (let seq = 1; seq <= 17; seq += 1) {
    const file = join(directory, `${seq}.json`);
    expect(await runCommand('proof', database, ['--entry', String(seq), '--out', file])).toMatchObject({ code: 0 });
    expect(await check(file)).toMatchObject({ code: 0 });
  }
  await expect(runCommand('proof', database, ['--entry', '18', '--out', proof])).rejects.toThrow('has no entry 18');
});

const flip = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`;

// biome-ignore lint/suspicious/noExplicitAny: a proof is changed here in ways that no type has.
type Json = Record<string, any>;

test.each<[string, (json: Json) => void]>([
  ['another text', (json) => (json.entry.body = json.entry.body.replace('town', 'down'))],
  ['another number', (json) => (json.entry.seq = 13)],
  ['another time', (json) => (json.entry.at = '2026-01-01T00:00:00.000Z')],
  ['another entry before it', (json) => (json.entry.previous = flip(json.entry.previous))],
  ['a changed step', (json) => (json.path[0] = flip(json.path[0]))],
  ['a missing step', (json) => json.path.pop()],
  ['an additional step', (json) => json.path.push(json.path[0])],
  ['steps in another order', (json) => json.path.reverse()],
  ['the other hash', (json) => (json.hash = 'sha256')],
  ['another root', (json) => (json.checkpoint.root = flip(json.checkpoint.root))],
  ['another number of the checkpoint', (json) => (json.checkpoint.number = 4)],
  ['other bounds', (json) => (json.checkpoint.lastSeq = 18)],
  ['another beginning', (json) => (json.checkpoint.firstSeq = 11)],
  ['another time of the checkpoint', (json) => (json.checkpoint.at = '2026-01-01T00:00:00.000Z')],
  ['another last hash', (json) => (json.checkpoint.lastHash = flip(json.checkpoint.lastHash))],
  ['another checkpoint before it', (json) => (json.checkpoint.previous = flip(json.checkpoint.previous))],
  ['another signature', (json) => (json.checkpoint.signature = flip(json.checkpoint.signature))],
  ['another algorithm', (json) => (json.checkpoint.algorithm = 'SM2-SM3')],
  ['another key', (json) => (json.checkpoint.keyId = 'x')],
])('a proof with %s proves nothing', async (_what, change) => {
  const json = JSON.parse(await readFile(proof, 'utf8'));
  change(json);
  const file = join(directory, 'changed.json');
  await writeFile(file, JSON.stringify(json));
  expect(await check(file)).toMatchObject({ code: 1, said: expect.stringMatching(/^NOT PROVED: /) });
});

test('a proof signed with another key proves nothing', async () => {
  await writeFile(join(directory, 'other.pem'), makeKeys().publicKey);
  const outcome = await runCommand('check-proof', undefined, ['--proof', proof, '--key', join(directory, 'other.pem')]);
  expect(outcome).toEqual({ code: 1, said: 'NOT PROVED: checkpoint 3: it is signed with an unknown key.' });
});

test('a proof under a checkpoint that differs from the exported one is reported', async () => {
  const first = join(directory, 'first.json');
  await runCommand('proof', database, ['--entry', '1', '--out', first]);
  expect(await check(first, '--checkpoint', checkpoint)).toMatchObject({
    code: 1,
    said: 'NOT PROVED: the exported checkpoint is number 3, but the proof is for number 1.',
  });
});

test('a file that is not a proof is refused', async () => {
  await writeFile(join(directory, 'none.json'), '{"kind":"x"}');
  await expect(check(join(directory, 'none.json'))).rejects.toThrow('The file is not a proof of an entry.');
  await expect(check(join(directory, 'missing.json'))).rejects.toThrow('cannot be read');
});
