import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../shared/db/connect';
import { verify } from '../../subgraphs/governance-center/webhooks/signature';
import { filledDatabase, testDatabases } from '../support/databases';
import { startSystem, type TestSystem } from '../support/system';
import { until } from '../support/until';

// A notice from a mutation through the gateway to an app in WEBHOOKS_FILE.

const FACTS = '两周未到校';
const key = randomBytes(32);
const received: { readonly headers: Record<string, unknown>; readonly body: string }[] = [];

let directory: string;
let receiver: Server;
let system: TestSystem;
let answer = 204;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answer).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  directory = await mkdtemp(join(tmpdir(), 'record-webhooks-'));
  await writeFile(join(directory, 'secret'), `whsec_${key.toString('base64')}`);
  await writeFile(
    join(directory, 'endpoints.yaml'),
    `endpoints:\n  - { name: desk, url: "http://127.0.0.1:${port}/", secretFiles: [secret] }\n`,
  );
  const database = await filledDatabase('governance-center', 'notices_of_work_governance_center');
  system = await startSystem({
    databases: new Map([...testDatabases(), ['governance-center', database]]),
    environment: { WEBHOOKS_FILE: join(directory, 'endpoints.yaml') },
  });
  const owner = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  // An endpoint gets notices once it is registered, soon after the start.
  await until(async () => (await owner('base.endpoint').where({ active: true })).length === 1);
  await owner.destroy();
});

afterAll(async () => {
  await system?.close();
  receiver?.close();
  await rm(directory, { recursive: true, force: true });
});

test('a report is announced to an app by id and kind, signed, and sent again after a failed delivery', async () => {
  answer = 503;
  const report = (facts: string, region: string) =>
    system.ask('mutation ($input: ReportClueInput!) { reportClue(input: $input) { receiptNumber } }', {
      as: 'education-officer',
      purpose: 'MANDATORY_REPORT',
      variables: {
        input: { channel: '强制报告', situation: '辍学', facts, region, idempotencyKey: 'notice-of-work-1' },
      },
    });
  expect((await report(FACTS, '990101001')).body.data.reportClue).not.toBeNull();
  // Sent twice, it acts once and is announced once.
  await report(FACTS, '990101001');
  await until(async () => received.length > 0);
  answer = 204;
  await until(async () => received.length > 1);

  const [first, second] = received;
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(
    received.map(() => first?.headers['webhook-id']),
  );
  const { body, headers } = second ?? { body: '', headers: {} };
  expect(JSON.parse(body)).toEqual({
    type: 'CLUE_REPORTED',
    timestamp: expect.any(String),
    data: { subject: 'CLUE', id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  expect(verify(headers as never, body, key, new Date())).toBe(true);
  // The app queries the gateway with its own rights.
  const { id } = JSON.parse(body).data;
  const query = `{ clue(id: "${id}") { facts } }`;
  const recipient = { as: 'education-officer', purpose: 'MANDATORY_REPORT', reference: `clue/${id}` };
  expect((await system.ask(query, recipient)).body.data.clue).toEqual({ facts: FACTS });
  expect((await system.ask(query, { as: 'meeting-clerk', purpose: 'OWN_DUTY' })).body.data.clue).toBeNull();
});
