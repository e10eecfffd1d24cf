import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../../../../shared/config/environment';
import { PROJECT } from '../../../../../shared/config/project-root';
import { webhookEndpoints } from '../../../../../subgraphs/governance-center/webhooks/endpoints';
import { NOTICE_KINDS } from '../../../../../subgraphs/governance-center/webhooks/notice';

const SECRET = Buffer.alloc(32, 7);
const OTHER_SECRET = Buffer.alloc(64, 8);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  writeFileSync(join(folder, 'secret'), `whsec_${SECRET.toString('base64')}\n`);
  writeFileSync(join(folder, 'other-secret'), `whsec_${OTHER_SECRET.toString('base64')}`);
  writeFileSync(join(folder, 'short'), `whsec_${Buffer.from('hidden'.repeat(5)).toString('base64')}`);
  writeFileSync(join(folder, 'plain'), 'hidden'.repeat(8));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const file = join(folder, 'webhooks.yaml');
  writeFileSync(file, text);
  return webhookEndpoints(file);
};
const faultsOf = (text: string): readonly string[] => {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).faults;
  }
  return [];
};
const withUrl = (url: string) => `endpoints: [{ name: desk, url: '${url}', secretFiles: [secret] }]`;

test('without a file there are no webhooks', () => {
  expect(webhookEndpoints(undefined)).toEqual([]);
  expect(read('endpoints: []')).toEqual([]);
});

test('endpoints are read with their secrets, which are in files beside theirs', () => {
  expect(
    read(`
endpoints:
  - name: case-desk
    url: https://desk.example/notices
    secretFiles: [other-secret, secret]
    kinds: [CASE_OPENED, STEP_OVERDUE]
    region: "990101"
  - { name: everything, url: http://127.0.0.1:9000, secretFiles: [secret] }
`),
  ).toEqual([
    {
      name: 'case-desk',
      url: 'https://desk.example/notices',
      secrets: [OTHER_SECRET, SECRET],
      kinds: ['CASE_OPENED', 'STEP_OVERDUE'],
      region: '990101',
    },
    { name: 'everything', url: 'http://127.0.0.1:9000', secrets: [SECRET], kinds: undefined, region: undefined },
  ]);
});

test('the documented example is valid', () => {
  const document = readFileSync(join(PROJECT, 'docs/guides/webhooks.md'), 'utf8');
  const example = /```yaml\n(.*?)```/s.exec(document)?.[1] ?? '';
  expect(read(example.replace('secrets/case-desk', 'secret'))).toMatchObject([{ name: 'case-desk', region: '990101' }]);
  for (const kind of NOTICE_KINDS) expect(document).toContain(`\`${kind}\``);
});

test('all faults are reported at once, without values of the file', () => {
  const faults = faultsOf(`
endpoints:
  - name: Hidden
    url: http://hidden.example
    secretFiles: [hidden, short]
    kinds: [CASE_HIDDEN]
    region: 990101
    secret: whsec_hidden
  - { name: twice, url: hidden, secretFiles: [plain], kinds: [], region: "9901011" }
  - { name: twice, url: "https://user:hidden@desk.example", secretFiles: [], region: "" }
  - { name: no-url, secretFiles: [secret, secret, secret] }
hidden: true
`);
  expect(faults.map((fault) => /^Webhooks: ([\w.]+|the file): ./.exec(fault)?.[1]).sort()).toEqual([
    'endpoints.0',
    'endpoints.0.kinds.0',
    'endpoints.0.name',
    'endpoints.0.region',
    'endpoints.0.secretFiles.0',
    'endpoints.0.secretFiles.1',
    'endpoints.0.url',
    'endpoints.1.kinds',
    'endpoints.1.region',
    'endpoints.1.secretFiles.0',
    'endpoints.1.url',
    'endpoints.2.name',
    'endpoints.2.region',
    'endpoints.2.secretFiles',
    'endpoints.2.url',
    'endpoints.3.secretFiles',
    'endpoints.3.url',
    'the file',
  ]);
  expect(faults.filter((fault) => /hidden/i.test(fault))).toEqual(['Webhooks: the file: Unrecognized key: "hidden".']);
});

test.each([
  ['a file that is not there', undefined, 'the file cannot be read.'],
  ['what is not YAML', 'endpoints: [hidden', 'line 1 is not understood (BAD_INDENT).'],
  ['a key that stands twice', 'endpoints: []\nendpoints: []', 'line 2 is not understood (DUPLICATE_KEY).'],
  ['an alias of nothing', 'endpoints: *hidden', 'an alias of the file leads nowhere.'],
  ['an empty file', '', 'the file: Invalid input: expected object, received null.'],
])('%s is refused', (_, text, fault) => {
  if (text === undefined) expect(() => webhookEndpoints(join(folder, 'none'))).toThrow(`Webhooks: ${fault}`);
  else expect(faultsOf(text)).toEqual([expect.stringContaining(`Webhooks: ${fault}`)]);
});

test('addresses are https, or http to this machine', () => {
  for (const url of [
    'https://desk.example/a?b=c',
    'http://localhost:9000',
    'http://127.0.0.1:9000',
    'http://127.1.2.3',
    'http://[::1]:9000',
  ]) {
    expect({ url, faults: faultsOf(withUrl(url)) }).toEqual({ url, faults: [] });
  }
  for (const url of [
    'http://desk.example',
    'http://127.0.0.1.desk.example',
    'http://localhost.desk.example',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'https://user@desk.example',
    'https://desk.example/#part',
    '/notices',
  ]) {
    expect({ url, faults: faultsOf(withUrl(url)).length }).toEqual({ url, faults: 1 });
  }
});
