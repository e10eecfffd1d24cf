import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { freePort } from '../../shared/cli/free-port';
import { PROJECT } from '../../shared/config/project-root';
import { type AgencyDatabase, ensureRoleOf, provision, roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { migrate } from '../../shared/db/migrate';
import { subgraphRights } from '../../shared/subgraph/rows/subgraph-rights';
import { backOff } from '../../subgraphs/governance-center/webhooks/back-off';
import {
  type Dispatcher,
  type DispatcherOptions,
  startDispatcher,
} from '../../subgraphs/governance-center/webhooks/dispatcher';
import type { Endpoint } from '../../subgraphs/governance-center/webhooks/endpoints';
import type { Notice } from '../../subgraphs/governance-center/webhooks/notice';
import { announce } from '../../subgraphs/governance-center/webhooks/outbox';
import { announceOverdue } from '../../subgraphs/governance-center/webhooks/overdue';
import { sign, verify, type WebhookHeaders } from '../../subgraphs/governance-center/webhooks/signature';
import { adminUrl } from '../support/databases';
import { startLine } from '../support/process';
import { until } from '../support/until';

const NAME = `governance_center_webhooks_${process.pid}`;
const FOLDER = join(PROJECT, 'subgraphs/governance-center');
const SECRET = randomBytes(32);
const REGION = '990101001001';

let database: AgencyDatabase;
let owner: Knex;
/** On the writer role, like the subgraph's dispatcher. */
let writer: Knex;
const closing: (() => Promise<unknown>)[] = [];

const DOCUMENT = readFileSync(join(PROJECT, 'docs/guides/webhooks.md'), 'utf8');
/** Documented code for apps and operators. */
const documented = (language: string, containing: string): string => {
  const blocks = [...DOCUMENT.matchAll(/```(\w+)\n(.*?)```/gs)];
  return blocks.find(([, name, code = '']) => name === language && code.includes(containing))?.[2] ?? '';
};

beforeAll(async () => {
  database = await provision(adminUrl(), 'governance-center', NAME);
  const { ownerUrl = '', readerUrl, writerUrl = '' } = database;
  owner = connect(ownerUrl, { poolSize: 3, statementTimeout: 0 });
  for (const url of [readerUrl, writerUrl]) await ensureRoleOf(owner, url);
  await migrate(
    owner,
    join(FOLDER, 'migrations'),
    subgraphRights({ reader: roleOf(readerUrl), writer: roleOf(writerUrl) }),
  );
  await owner.raw("insert into base.region values (?, '青塘村', 'VILLAGE', '2020-01-01')", [REGION]);
  await owner.raw("insert into base.child (child_id, region) values ('child', ?)", [REGION]);
  writer = connect(writerUrl, { poolSize: 5, statementTimeout: 0 });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await Promise.all([owner.destroy(), writer.destroy()]);
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  await admin.raw('drop database ?? with (force)', [NAME]);
  for (const role of ['writer', 'reader', 'owner']) await admin.raw('drop role if exists ??', [`${NAME}_${role}`]);
  await admin.destroy();
});

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

interface Received {
  readonly headers: WebhookHeaders & Readonly<Record<string, string>>;
  readonly body: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ok: Answer = (response) => response.writeHead(204).end();
const status =
  (code: number): Answer =>
  (response) =>
    response.writeHead(code).end();
const never: Answer = () => undefined;

/** An app's receiver on the loopback address. */
async function receiver(answer: Answer = ok, port = 0) {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers as Received['headers'], body: Buffer.concat(chunks).toString() });
    answer(response, request);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`,
    ids: () => received.map(({ headers }) => headers['webhook-id']),
    hangUp: () => server.closeAllConnections(),
  };
}

let endpoints = 0;
/** With its own name, so no test gets another's notices. */
const endpoint = (url: string, more: Partial<Endpoint> = {}): Endpoint => ({
  name: `app-${++endpoints}`,
  url,
  secrets: [SECRET],
  kinds: undefined,
  region: undefined,
  ...more,
});

/** With milliseconds instead of seconds and minutes. */
async function start(list: readonly Endpoint[], options: Partial<DispatcherOptions> = {}): Promise<Dispatcher> {
  const dispatcher = startDispatcher({
    db: writer,
    endpoints: list,
    now: () => new Date(),
    log: pino({ level: 'silent' }),
    pollInterval: 20,
    timeout: 1_000,
    lease: 5_000,
    wait: () => 30,
    ...options,
  });
  closing.push(() => dispatcher.close());
  await until(async () => {
    const { rows } = await owner.raw('select name from base.endpoint where active order by name');
    const names = list.map(({ name }) => name).sort();
    return JSON.stringify(rows.map(({ name }: { name: string }) => name).sort()) === JSON.stringify(names);
  });
  return dispatcher;
}

const caseNotice = (more: Partial<Notice> = {}): Notice => ({
  kind: 'CASE_OPENED',
  subject: 'CASE',
  id: randomUUID(),
  region: REGION,
  ...more,
});
/** @returns the ids of their subjects. */
async function announceAll(notices: readonly Notice[]): Promise<readonly string[]> {
  await writer.transaction(async (transaction) => {
    for (const notice of notices) await announce(transaction, notice, new Date());
  });
  return notices.map(({ id }) => id);
}
const subjectsOf = (received: readonly Received[]) => received.map(({ body }) => JSON.parse(body).data.id).sort();

async function deliveriesTo(name: string) {
  return owner
    .withSchema('base')
    .from('delivery')
    .where('endpoint', name)
    .select('notice_id', 'attempts', 'delivered_at', 'given_up_at')
    .orderBy('notice_id');
}

test('a notice has exactly the documented keys: an id and a kind', async () => {
  const app = await receiver();
  await start([endpoint(app.url)]);
  const [id] = await announceAll([caseNotice({ kind: 'CASE_CLOSED' })]);
  await until(() => app.received.length === 1);
  const [{ headers, body } = { headers: {} as Received['headers'], body: '' }] = app.received;
  expect(JSON.parse(body)).toEqual({
    type: 'CASE_CLOSED',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: { subject: 'CASE', id },
  });
  expect(Object.keys(headers).sort()).toEqual([
    'connection',
    'content-length',
    'content-type',
    'host',
    'user-agent',
    'webhook-id',
    'webhook-signature',
    'webhook-timestamp',
  ]);
  expect(headers['content-type']).toBe('application/json');
  const example = JSON.parse(documented('json', '"type"'));
  expect([Object.keys(example), Object.keys(example.data)]).toEqual(
    [JSON.parse(body), JSON.parse(body).data].map(Object.keys),
  );
  expect(headers).not.toHaveProperty('access-purpose');
});

test('a receiver can verify it, and refuses another body, id, time or secret', async () => {
  const app = await receiver();
  const replacing = randomBytes(32);
  await start([endpoint(app.url, { secrets: [replacing, SECRET] })]);
  await announceAll([caseNotice()]);
  await until(() => app.received.length === 1);
  const { headers, body } = app.received[0] as Received;
  const now = new Date();
  const at = (seconds: number) => new Date(Number(headers['webhook-timestamp']) * 1_000 + seconds * 1_000);
  const without = (name: keyof WebhookHeaders, value: string) => ({ ...headers, [name]: value });

  expect(verify(headers, body, SECRET, now)).toBe(true);
  expect(verify(headers, body, replacing, now)).toBe(true);
  expect(verify(headers, body, randomBytes(32), now)).toBe(false);
  expect(verify(headers, body.replace('CASE_OPENED', 'CASE_CLOSED'), SECRET, now)).toBe(false);
  expect(verify(without('webhook-id', randomUUID()), body, SECRET, now)).toBe(false);
  expect(verify(without('webhook-signature', ''), body, SECRET, now)).toBe(false);
  expect(verify(without('webhook-timestamp', ''), body, SECRET, now)).toBe(false);
  // A later timestamp does not make an old signature valid.
  const later = String(Number(headers['webhook-timestamp']) + 301);
  expect(verify(without('webhook-timestamp', later), body, SECRET, at(301))).toBe(false);
});

test('the replay window is five minutes either way, and every attempt is signed with its own time', async () => {
  const signedAt = new Date('2026-05-17T08:00:00Z');
  const headers = sign('id', '{}', [SECRET], signedAt);
  const seconds = [-301, -300, 0, 300, 301];
  const at = (offset: number) => new Date(signedAt.getTime() + offset * 1_000);
  expect(seconds.map((offset) => verify(headers, '{}', SECRET, at(offset)))).toEqual([false, true, true, true, false]);

  const app = await receiver(status(500));
  let hours = 0;
  // An hour between two attempts.
  await start([endpoint(app.url)], { now: () => new Date(signedAt.getTime() + 3_600_000 * hours++) });
  await writer.transaction((transaction) => announce(transaction, caseNotice(), new Date()));
  await until(() => app.received.length >= 3);
  const [first, second, third] = app.received as [Received, Received, Received];
  expect(new Set([first, second, third].map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set([first, second, third].map(({ body }) => body)).size).toBe(1);
  for (const { headers, body } of [first, second, third]) {
    expect(verify(headers, body, SECRET, new Date(Number(headers['webhook-timestamp']) * 1_000))).toBe(true);
  }
  expect(verify(first.headers, first.body, SECRET, new Date(Number(third.headers['webhook-timestamp']) * 1_000))).toBe(
    false,
  );
});

test('the documented verification code accepts and refuses the same', () => {
  const code = documented('js', 'isGenuine')
    .replace(/^import.*$/m, '')
    .replace('export ', '');
  const isGenuine = new Function('createHmac', 'timingSafeEqual', `${code}; return isGenuine;`)(
    createHmac,
    timingSafeEqual,
  );
  const secret = `whsec_${SECRET.toString('base64')}`;
  const body = '{"type":"CASE_OPENED"}';
  const signed = (secondsAgo: number) =>
    sign('id', body, [randomBytes(32), SECRET], new Date(Date.now() - secondsAgo * 1_000));
  expect(isGenuine(signed(0), body, secret)).toBe(true);
  expect(isGenuine(signed(290), body, secret)).toBe(true);
  expect(isGenuine(signed(310), body, secret)).toBe(false);
  expect(isGenuine(signed(-310), body, secret)).toBe(false);
  expect(isGenuine({ ...signed(0), 'webhook-timestamp': 'now' }, body, secret)).toBe(false);
  expect(isGenuine({ ...signed(0), 'webhook-id': 'other' }, body, secret)).toBe(false);
  expect(isGenuine(signed(0), body.replace('OPENED', 'CLOSED'), secret)).toBe(false);
  expect(isGenuine(signed(0), body, `whsec_${randomBytes(32).toString('base64')}`)).toBe(false);
});

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
test('signatures are those of Standard Webhooks', () => {
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  expect(
    sign('msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', [secret], new Date(1_614_265_330_000)),
  ).toMatchObject({ 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' });
});

test('a notice is sent when its transaction commits, and never when it is rolled back', async () => {
  const app = await receiver();
  await start([endpoint(app.url)]);
  const failing = writer.transaction(async (transaction) => {
    await announce(transaction, caseNotice(), new Date());
    await pause(100);
    throw new Error('thought better of it');
  });
  await expect(failing).rejects.toThrow('thought better of it');
  let committed = false;
  const [, id] = await Promise.all([
    writer.transaction(async (transaction) => {
      await announce(transaction, caseNotice({ id: '6f1b1c0e-0000-4000-8000-000000000001' }), new Date());
      await pause(100);
      expect(app.received).toEqual([]);
      committed = true;
    }),
    '6f1b1c0e-0000-4000-8000-000000000001',
  ]);
  await until(() => app.received.length > 0);
  await pause(100);
  expect(committed).toBe(true);
  expect(subjectsOf(app.received)).toEqual([id]);
});

test('a notice to a dead receiver arrives once it is back', async () => {
  const port = await freePort();
  const app = endpoint(`http://127.0.0.1:${port}/notices`);
  await start([app]);
  const ids = await announceAll([caseNotice(), caseNotice({ kind: 'CASE_STEP_TAKEN' }), caseNotice()]);
  await until(async () => (await deliveriesTo(app.name)).every(({ attempts }) => attempts >= 3));
  expect(await deliveriesTo(app.name)).toHaveLength(3);

  // First it comes up half, then whole.
  let answers = 0;
  const back = await receiver((response, request) => (++answers <= 3 ? status(503) : ok)(response, request), port);
  await until(async () => (await deliveriesTo(app.name)).every(({ delivered_at }) => delivered_at !== null));
  expect(subjectsOf(back.received.slice(3))).toEqual([...ids].sort());
  await pause(100);
  expect(back.received).toHaveLength(6);
});

test('a notice announced while no dispatcher runs is sent by the next one', async () => {
  const app = await receiver();
  const known = endpoint(app.url);
  await (await start([known])).close();
  const ids = await announceAll([caseNotice()]);
  await start([known]);
  await until(() => app.received.length === 1);
  expect(subjectsOf(app.received)).toEqual(ids);
});

test('redirects are not followed, and redirects and client errors do not count as delivered', async () => {
  const elsewhere = await receiver();
  const redirecting = await receiver((response) => response.writeHead(307, { location: elsewhere.url }).end());
  const refusing = await receiver(status(410));
  const apps = [endpoint(redirecting.url), endpoint(refusing.url)];
  await start(apps);
  await announceAll([caseNotice()]);
  await until(() => redirecting.received.length >= 2 && refusing.received.length >= 2);
  expect(elsewhere.received).toEqual([]);
  for (const { name } of apps) expect((await deliveriesTo(name))[0]).toMatchObject({ delivered_at: null });
});

test('receivers that are slow, dead or send endless answers do not delay others', async () => {
  const slow = await receiver(never);
  const endless = await receiver((response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write(Buffer.alloc(4_096)), 1);
    response.on('close', () => clearInterval(more));
  });
  const good = await receiver();
  const apps = [slow.url, `http://127.0.0.1:${await freePort()}`, endless.url, good.url].map((url) => endpoint(url));
  // As long as the test: a dispatcher that waits for the slow receiver would never finish.
  await start(apps, { timeout: 600_000 });
  // Before the dispatcher is closed, which waits for requests in progress.
  closing.push(async () => slow.hangUp());
  const ids = await announceAll(Array.from({ length: 40 }, () => caseNotice()));
  await until(() => good.received.length === ids.length);
  expect(subjectsOf(good.received)).toEqual([...ids].sort());
  // The endless answer is cut off.
  await until(async () => (await deliveriesTo(apps[2]?.name ?? '')).every(({ delivered_at }) => delivered_at));
});

test('a delivered notice is not sent again, not even after its lease', async () => {
  const app = await receiver();
  const known = endpoint(app.url);
  await start([known], { timeout: 1_000, lease: 1_500 });
  await announceAll([caseNotice()]);
  await until(async () => (await deliveriesTo(known.name))[0]?.delivered_at !== null);
  await pause(2_000);
  expect(app.received).toHaveLength(1);
});

test('a notice is sent again if the receiver does not answer in time', async () => {
  const slow = await receiver(never);
  await start([endpoint(slow.url)], { timeout: 100 });
  await announceAll([caseNotice()]);
  await until(() => slow.received.length >= 2);
  expect(new Set(slow.ids()).size).toBe(1);
});

test('two dispatchers on one database deliver each notice once', async () => {
  const app = await receiver((response, request) => setTimeout(ok, 5, response, request));
  const both = endpoint(app.url);
  await start([both]);
  const other = connect(database.writerUrl ?? '', { poolSize: 5, statementTimeout: 0 });
  closing.push(() => other.destroy());
  await start([both], { db: other });
  const ids = await announceAll(Array.from({ length: 200 }, () => caseNotice()));
  await until(async () => (await deliveriesTo(both.name)).every(({ delivered_at }) => delivered_at !== null));
  await pause(100);
  expect(subjectsOf(app.received)).toEqual([...ids].sort());
});

/** A dispatcher in a separate process. */
const PROCESS = `
const { pino } = require('pino');
const { connect } = require('./shared/db/connect.ts');
const { startDispatcher } = require('./subgraphs/governance-center/webhooks/dispatcher.ts');
const endpoint = JSON.parse(process.env.ENDPOINT);
startDispatcher({
  db: connect(process.env.WRITER, { poolSize: 5, statementTimeout: 10000 }),
  endpoints: [{ ...endpoint, secrets: [Buffer.from(endpoint.secret, 'base64')] }],
  now: () => new Date(), log: pino({ level: 'silent' }), pollInterval: 20, lease: 1000,
});
console.log('started');
`;

test('a notice of a process killed between sending and marking is sent again with the same id', async () => {
  let kill: () => void = () => undefined;
  const app = await receiver((response, request) => {
    kill();
    ok(response, request);
  });
  const known = endpoint(app.url);
  const dispatcher = startLine('exec node --import tsx --eval "$SCRIPT"', {
    SCRIPT: PROCESS,
    WRITER: database.writerUrl ?? '',
    ENDPOINT: JSON.stringify({ ...known, secret: SECRET.toString('base64') }),
  });
  kill = () => dispatcher.child.kill('SIGKILL');
  closing.push(async () => kill());
  await dispatcher.shows(/started/);
  await until(async () => (await owner('base.endpoint').where({ name: known.name })).length === 1);
  await announceAll([caseNotice()]);
  await dispatcher.ended;
  expect(app.received).toHaveLength(1);
  expect(await deliveriesTo(known.name)).toMatchObject([{ attempts: 1, delivered_at: null, given_up_at: null }]);

  kill = () => undefined;
  await start([known]);
  await until(() => app.received.length === 2);
  await until(async () => (await deliveriesTo(known.name))[0]?.delivered_at !== null);
  expect(new Set(app.ids()).size).toBe(1);
});

test('closing waits for notices in progress, and marks them', async () => {
  const app = await receiver((response, request) => setTimeout(ok, 300, response, request));
  const known = endpoint(app.url);
  const dispatcher = await start([known]);
  await announceAll([caseNotice()]);
  await until(() => app.received.length === 1);
  await dispatcher.close();
  expect(await deliveriesTo(known.name)).toMatchObject([{ attempts: 1, delivered_at: expect.any(Date) }]);
  await announceAll([caseNotice()]);
  await pause(100);
  expect(app.received).toHaveLength(1);
});

test('an endpoint gets the kinds and the region that it subscribes to', async () => {
  const [steps, town, all] = await Promise.all([receiver(), receiver(), receiver()]);
  await start([
    endpoint(steps.url, { kinds: ['CASE_STEP_TAKEN', 'CASE_CLOSED'] }),
    endpoint(town.url, { region: '990101001' }),
    endpoint(all.url),
  ]);
  const [opened, step, elsewhere, county] = await announceAll([
    caseNotice(),
    caseNotice({ kind: 'CASE_STEP_TAKEN' }),
    caseNotice({ kind: 'CASE_CLOSED', region: '990102001001' }),
    caseNotice({ region: '990101' }),
  ]);
  await until(() => all.received.length === 4 && steps.received.length === 2 && town.received.length === 2);
  await pause(100);
  expect(subjectsOf(steps.received)).toEqual([step, elsewhere].sort());
  expect(subjectsOf(town.received)).toEqual([opened, step].sort());
  expect(subjectsOf(all.received)).toEqual([opened, step, elsewhere, county].sort());
});

test('an endpoint gets only the notices announced while it is configured', async () => {
  const app = await receiver();
  const known = endpoint(app.url);
  await start([]);
  await announceAll([caseNotice()]);
  await start([known]);
  const [first] = await announceAll([caseNotice()]);
  // A restart with the same endpoint misses nothing.
  await start([known]);
  await start([]);
  await announceAll([caseNotice()]);
  const overdue = await openCase(new Date());
  await start([known]);
  const [second] = await announceAll([caseNotice()]);
  await until(async () => (await owner('base.notice').where({ subject_id: overdue })).length === 1);
  await until(() => app.received.length >= 2);
  await pause(100);
  expect(subjectsOf(app.received)).toEqual([first, second].sort());
});

const dayAgo = () => new Date(Date.now() - 86_400_000);

/** @returns the case's id. */
async function openCase(dueAt: Date | null): Promise<string> {
  const id = randomUUID();
  await owner.withSchema('base').into('case_file').insert({
    case_id: id,
    number: id,
    level: 'YELLOW',
    region: REGION,
    step: 'ACCEPTED',
    due_at: dueAt,
    agencies: [],
    opened_at: dayAgo(),
    version: 1,
  });
  return id;
}

const overdueOf = (received: readonly Received[], id: string) =>
  received.map(({ body }) => JSON.parse(body)).filter(({ data }) => data.id === id);

test('an overdue item is announced once per due time', async () => {
  const app = await receiver();
  const known = endpoint(app.url, { kinds: ['STEP_OVERDUE'] });
  const options = { overdueInterval: 20 };
  await start([known], options);
  await start([known], options);
  const dueAt = new Date(Date.now() + 300);
  const id = await openCase(dueAt);
  const later = await openCase(new Date(Date.now() + 3_600_000));
  const longOverdue = await openCase(dayAgo());
  await until(() => app.received.length > 0);
  expect(Date.now()).toBeGreaterThanOrEqual(dueAt.getTime());
  await pause(200);
  expect(overdueOf(app.received, id)).toEqual([
    { type: 'STEP_OVERDUE', timestamp: dueAt.toISOString(), data: { subject: 'CASE', id } },
  ]);
  expect(overdueOf(app.received, later)).toEqual([]);
  // It was overdue before the endpoint's `since`.
  expect(overdueOf(app.received, longOverdue)).toEqual([]);

  await owner('base.case_file').where({ case_id: id }).update({ due_at: new Date() });
  await until(() => overdueOf(app.received, id).length === 2);
  await pause(100);
  expect(overdueOf(app.received, id)).toHaveLength(2);
});

test('an item that becomes overdue while no dispatcher runs is announced by the next one', async () => {
  const app = await receiver();
  const known = endpoint(app.url);
  await (await start([known])).close();
  const id = await openCase(new Date(Date.now() + 20));
  await pause(50);
  await start([known]);
  await until(() => app.received.length > 0);
  expect(overdueOf(app.received, id)).toHaveLength(1);
});

test('every kind of overdue item is announced with its kind, in batches, without the child', async () => {
  await owner('base.case_file').update({ closed_at: new Date() });
  const caseId = await openCase(null);
  const [taskId, clueId, assessment, assignment, deadline] = Array.from({ length: 5 }, () => randomUUID());
  const day = '2026-01-05';
  const base = (table: string) => owner.withSchema('base').into(table);
  await base('task').insert({
    task_id: taskId,
    case_id: caseId,
    agency: 'EDUCATION',
    kind: '联系家庭',
    due_at: dayAgo(),
  });
  await base('clue').insert({
    clue_id: clueId,
    channel: 'PATROL',
    situation: 'NEGLECT',
    received_at: dayAgo(),
    region: REGION,
    feedback_due: dayAgo(),
  });
  await base('risk_assessment').insert({
    assessment_key: assessment,
    child_id: 'child',
    level: 'RED',
    basis: [],
    assessed_at: dayAgo(),
    in_force: true,
    next_visit_due: day,
  });
  await base('protection_assignment').insert({
    assignment_id: assignment,
    child_id: 'child',
    category: 'SINGLE_PARENT',
    lead_agency: 'WOMENS_FEDERATION',
    since: day,
    next_visit_due: day,
  });
  // Its category is sealed, so nobody is notified.
  await base('protection_assignment').insert({
    child_id: 'child',
    category: 'SERIOUS_MISCONDUCT',
    lead_agency: 'PUBLIC_SECURITY',
    since: day,
    next_visit_due: day,
  });
  await base('tracked_deadline').insert({
    deadline_id: deadline,
    kind: 'RECOMMENDATION_REPLY',
    child_id: 'child',
    agency: 'EDUCATION',
    due_on: day,
  });
  const before = await owner('base.notice').select('notice_id');
  const counts = [];
  for (let scan = 0; scan < 4; scan++) counts.push(await announceOverdue(writer, new Date(), 2));
  expect(counts).toEqual([2, 2, 1, 0]);
  const notices = await owner('base.notice').whereNotIn(
    'notice_id',
    before.map(({ notice_id }) => notice_id),
  );
  expect(notices.map(({ kind, subject, subject_id, region }) => [kind, subject, subject_id, region]).sort()).toEqual([
    ['FEEDBACK_OVERDUE', 'CLUE', clueId, REGION],
    ['PROTECTION_VISIT_OVERDUE', 'PROTECTION_ASSIGNMENT', assignment, REGION],
    ['TASK_OVERDUE', 'TASK', taskId, REGION],
    ['TRACKED_DEADLINE_OVERDUE', 'TRACKED_DEADLINE', deadline, REGION],
    ['VISIT_OVERDUE', 'RISK_ASSESSMENT', assessment, REGION],
  ]);
});

test('retry delays grow from a second to an hour, with jitter', () => {
  const rounded = (random: number) => [1, 2, 3, 12, 13, 40, 5_000].map((attempts) => backOff(attempts, random) / 1_000);
  expect(rounded(0)).toEqual([0.5, 1, 2, 1_024, 1_800, 1_800, 1_800]);
  expect(rounded(1)).toEqual([1, 2, 4, 2_048, 3_600, 3_600, 3_600]);
  expect(new Set(Array.from({ length: 20 }, () => backOff(10))).size).toBeGreaterThan(1);
});

test('a failed attempt is repeated after the delay, not earlier', async () => {
  const app = await receiver(status(500));
  const waits: number[] = [];
  await start([endpoint(app.url)], { wait: (attempts) => (waits.push(attempts) === 1 ? 50 : 60_000) });
  await announceAll([caseNotice()]);
  await until(() => waits.length === 2);
  await pause(300);
  expect(waits).toEqual([1, 2]);
  expect(app.received).toHaveLength(2);
});

test('a notice is abandoned after three days, which is logged, and can be sent again with SQL', async () => {
  const port = await freePort();
  const known = endpoint(`http://127.0.0.1:${port}/hidden?token=hidden`);
  const lines: string[] = [];
  const log = pino(
    { level: 'debug' },
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  await start([known], { log });
  const [id = ''] = await announceAll([caseNotice()]);
  await until(async () => (await deliveriesTo(known.name))[0]?.attempts >= 2);
  expect(await deliveriesTo(known.name)).toMatchObject([{ given_up_at: null }]);
  await owner('base.delivery')
    .where({ endpoint: known.name })
    .update({ queued_at: owner.raw("now() - interval '3 days'") });
  await until(async () => (await deliveriesTo(known.name))[0]?.given_up_at !== null);
  const [{ attempts, notice_id: noticeId }] = (await deliveriesTo(known.name)) as [
    { attempts: number; notice_id: string },
  ];
  await pause(200);
  expect(await deliveriesTo(known.name)).toMatchObject([{ attempts }]);
  const told = lines.map((line) => JSON.parse(line));
  expect(told.find(({ msg }) => msg === 'notice given up')).toMatchObject({
    level: 50,
    endpoint: known.name,
    notice: noticeId,
    attempts,
    answer: 'ECONNREFUSED',
  });
  // Neither address, body nor secret.
  const secret = SECRET.toString('base64');
  for (const line of lines) for (const text of ['hidden', '127.0.0.1', id, secret]) expect(line).not.toContain(text);

  const app = await receiver(ok, port);
  await writer.raw(documented('sql', 'given_up_at is not null').replace('case-desk', known.name));
  await until(() => app.received.length === 1);
  expect(app.ids()).toEqual([noticeId]);
  await writer.raw(documented('sql', 'max(attempts)'));
  await writer.raw(documented('sql', 'set next_attempt_at = now()\n'));
});

test('a temporary outage of the database does not stop the dispatcher', async () => {
  const app = await receiver();
  const known = endpoint(app.url);
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  await start([known], { log: pino({ level: 'error' }, sink) });
  const writerRole = `${NAME}_writer`;
  await owner.raw('revoke usage on schema work from ??', [writerRole]);
  await until(() => lines.length > 0);
  await pause(200);
  // One line for a continuing failure.
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'notices failed', work: known.name, cause: '42501' },
  ]);
  await owner.raw('grant usage on schema work to ??', [writerRole]);
  await announceAll([caseNotice()]);
  await until(() => app.received.length === 1);
});

test('a notice is never changed once it is written', async () => {
  await announceAll([caseNotice()]);
  await expect(owner.raw("update base.notice set kind = 'CASE_CLOSED'")).rejects.toMatchObject({ code: '23001' });
});
