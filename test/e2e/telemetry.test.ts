import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastify from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { DEFAULT_AGENCY_LIMITS } from '../../gateway/agencies/agency-limits';
import { httpTransport } from '../../gateway/agencies/http-transport';
import { BREAKER_STATES } from '../../gateway/agencies/reliable-transport';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { READ_FAULTS } from '../../gateway/http/authentication/read-fault';
import { REFUSAL_REASONS } from '../../gateway/ledger/ledger-refusal';
import { Deadline } from '../../gateway/request/deadline';
import { TOKEN_REFUSALS } from '../../gateway/request/token-refused';
import { CACHES, GatewayMetrics } from '../../gateway/telemetry/metrics';
import { tracedTransport } from '../../gateway/telemetry/traced-transport';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { PURPOSES } from '../../shared/domain/purpose';
import { ERRORS } from '../../shared/protocol/errors';
import { subgraphServer } from '../../shared/subgraph/subgraph-server';
import { openTracing } from '../../shared/telemetry/open-tracing';
import { serveMetrics } from '../../shared/telemetry/serve-metrics';
import { telemetrySettings } from '../../shared/telemetry/settings';
import { statementOf } from '../../shared/telemetry/statement';
import { agenciesNamedIn } from '../support/agencies-named-in';
import { childIdOf, STORY } from '../support/databases';
import { bringBack, takeDown } from '../support/ledger';
import { type Sample, samplesIn, sumOf } from '../support/metrics';
import { type OtlpReceiver, otlpReceiver, type ReceivedSpan } from '../support/otlp-receiver';
import { startSystem, type TestSystem } from '../support/system';
import { until } from '../support/until';
import { wrapAgency } from '../support/wrap-agency';

const METRICS_TOKEN = 'a-token-for-metrics-of-32-characters-and-more';
const CHILD = childIdOf(STORY.leftBehind);
const RECORD = readFileSync(join(PROJECT, 'examples/record.graphql'), 'utf8');
/** Later agencies are not in it. */
const ASKED = agenciesNamedIn(RECORD).named.map(({ agency }) => agency);
const log = pino({ level: 'silent' });

let receiver: OtlpReceiver;
let system: TestSystem;
beforeAll(async () => {
  receiver = await otlpReceiver();
  system = await startSystem({
    environment: {
      METRICS_TOKEN,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      LEDGER_DEADLINE_MILLISECONDS: '2000',
    },
  });
});
afterAll(async () => {
  await system.close();
  await receiver.close();
});

const at = (path: string) => system.url.replace('/graphql', path);
const scrape = async (): Promise<string> =>
  (await fetch(at('/metrics'), { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text();
const samples = async (): Promise<readonly Sample[]> => samplesIn(await scrape());

/** The changes of metrics during some work. */
async function moved(work: () => Promise<unknown>) {
  const before = await samples();
  await work();
  const after = await samples();
  return (name: string, labels: Readonly<Record<string, string>> = {}): number =>
    sumOf(after, name, labels) - sumOf(before, name, labels);
}

/** A span with the spans below it, by name, in an order independent of time. */
interface Tree {
  readonly span: ReceivedSpan;
  readonly below: readonly Tree[];
}

function treeOf(spans: readonly ReceivedSpan[], parent?: string): readonly Tree[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map((span) => ({ span, below: treeOf(spans, span.spanId) }))
    .sort((a, b) => (labelOf(a.span) < labelOf(b.span) ? -1 : 1));
}

const labelOf = ({ name, attributes }: ReceivedSpan): string => [name, attributes.agency].filter(Boolean).join(' ');

describe('traces', () => {
  test('a record is one trace: request, plan, each agency with its SQL, and the ledger', async () => {
    // The reference is asked about once.
    await system.ask('{ __typename }');
    // With its own text, so it is planned here.
    const query = RECORD.replace('risk {', 'id risk {');
    const spans = await receiver.nextTrace(() =>
      system.ask(query, { variables: { id: CHILD }, operationName: 'Record' }),
    );
    const [root, ...others] = treeOf(spans);
    expect(others).toEqual([]);
    expect(root?.span).toMatchObject({
      name: 'request',
      kind: 2,
      status: 0,
      service: 'unified-child-record',
      attributes: { 'http.response.status_code': 200, purpose: 'RISK_ASSESSMENT', codes: [] },
    });
    const below = root?.below ?? [];
    expect(ASKED.length).toBeGreaterThan(5);
    expect(below.map(({ span }) => labelOf(span))).toEqual([
      ...[...ASKED].sort().map((agency) => `ask ${agency}`),
      'plan',
      'record',
    ]);
    for (const { span, below: answers } of below.filter(({ span: { name } }) => name === 'ask')) {
      expect(span).toMatchObject({ kind: 3, attributes: { outcome: 'ANSWERED' } });
      expect(answers.map((answer) => labelOf(answer.span))).toEqual([`answer ${span.attributes.agency}`]);
      const statements = answers.flatMap((answer) => answer.below);
      expect(statements.length).toBeGreaterThan(0);
      for (const { span: statement } of statements) {
        expect(statement).toMatchObject({ kind: 3, attributes: { 'db.operation.name': 'select' } });
        expect(statement.name).toBe(`select ${statement.attributes['db.collection.name']}`);
        expect(statement.name).toMatch(/^select exposed\.[a-z_]+$/);
      }
    }
  });

  test('a cached plan is not planned again', async () => {
    const query = '{ children(first: 2) { nodes { identity { age } } } }';
    const planned = await receiver.nextTrace(() => system.ask(query));
    expect(planned.filter(({ name }) => name === 'plan')).toHaveLength(1);
    const known = await receiver.nextTrace(() => system.ask(query));
    expect(known.filter(({ name }) => name === 'plan')).toEqual([]);
    expect(known.filter(({ name }) => name === 'ask').length).toBeGreaterThan(1);
  });

  test('two simultaneous requests are two separate traces', async () => {
    const known = new Set(receiver.spans.map(({ traceId }) => traceId));
    const fields = ['enrolment { grade }', 'welfare { categories }', 'risk { level }', 'protectionOrders { kind }'];
    await Promise.all(fields.map((field) => system.ask(`{ child(id: "${CHILD}") { ${field} } }`)));
    const news = () => receiver.spans.filter(({ traceId }) => !known.has(traceId));
    await until(() => news().filter(({ name }) => name === 'request').length === fields.length);
    const agencies = new Map<string, Set<unknown>>();
    for (const { traceId, name, attributes } of news()) {
      if (name === 'ask') agencies.set(traceId, (agencies.get(traceId) ?? new Set()).add(attributes.agency));
    }
    const asked = [...agencies.values()].map((each) => [...each].filter((agency) => agency !== 'governance-center'));
    expect(asked.flat().sort()).toEqual(['civil-affairs', 'education', 'procuratorate']);
    expect(asked.every((each) => each.length <= 1)).toBe(true);
  });

  test('a client chooses neither a request’s trace id nor whether it is traced', async () => {
    const headers = {
      authorization: `Bearer ${system.identityProvider.token('town-case-worker')}`,
      'access-purpose': 'RISK_ASSESSMENT',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
      tracestate: 'vendor=value',
      baggage: 'who=somebody',
    };
    const spans = await receiver.nextTrace(() => system.post('{"query":"{ __typename }"}', headers));
    expect(spans.map(({ traceId }) => traceId)).not.toContain('0af7651916cd43dd8448eb211c80319c');
  });

  test('a failed span has only an error code', async () => {
    const undo = wrapAgency(system, 'education', () => () => Promise.reject(new Error('connect 10.1.2.3 林小溪')));
    try {
      const query = `{ child(id: "${CHILD}") { enrolment { school } } }`;
      const spans = await receiver.nextTrace(() => system.ask(query));
      const failed = spans.filter(({ status }) => status === 2);
      expect(failed.map(labelOf)).toEqual(['ask education']);
      expect(failed[0]?.attributes).toEqual({ agency: 'education', outcome: 'UNREACHABLE' });
      expect(spans.flatMap(({ events }) => events)).toEqual([]);
    } finally {
      undo();
    }
  });

  describe('over HTTP', () => {
    const education = () => {
      const running = system.subgraphs.get('education');
      if (running === undefined) throw new Error('Education does not run.');
      return running;
    };
    const body = { query: '{ __typename }' };
    const terms = () => ({ deadline: new Deadline(10_000), repeatable: true });

    /** A context freshly signed by the gateway for education. */
    async function context(): Promise<string> {
      system.forget();
      await system.ask(`{ child(id: "${CHILD}") { enrolment { school } } }`);
      return system.subRequests.find(({ agency }) => agency === 'education')?.request.authorization ?? '';
    }

    test('a trace continues at the agency, only with a context that the gateway signed', async () => {
      const authorization = await context();
      const tracing = await openTracing({ url: `${receiver.endpoint}/v1/traces`, ratio: 1 }, 'gateway', log);
      const app = subgraphServer(education, log);
      await app.listen({ host: '127.0.0.1', port: 0 });
      const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/graphql`;
      const transport = tracedTransport(httpTransport(url, DEFAULT_AGENCY_LIMITS), 'education', tracing);
      const answers = () => receiver.spans.filter((span) => labelOf(span) === 'answer education').length;
      const before = answers();
      try {
        const spans = await receiver.nextTrace(async () => {
          const root = tracing?.beginTrace({ name: 'request', kind: 'server' });
          const answer = await root?.within(() => transport.send({ authorization, body }, terms()));
          expect(answer?.status).toBe(200);
          root?.end();
          await tracing?.close();
          // The agency exports its spans by itself.
          await until(() => answers() > before);
        });
        const [root] = treeOf(spans);
        expect(root?.below.map(({ span }) => labelOf(span))).toEqual(['ask education']);
        expect(root?.below[0]?.below.map(({ span }) => [labelOf(span), span.service])).toEqual([
          ['answer education', 'unified-child-record'],
        ]);

        const traceparent = '00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-01';
        const headers = { 'content-type': 'application/json', traceparent, authorization: 'Bearer nobody' };
        expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(401);
        expect((await education().subgraph.handle({ authorization: 'Bearer x', traceparent, body })).status).toBe(401);
        await receiver.nextTrace(() => system.ask('{ __typename }'));
        expect(receiver.spans.map(({ traceId }) => traceId)).not.toContain('0af7651916cd43dd8448eb211c80319d');
      } finally {
        await transport.close();
        await app.close();
      }
    });

    test('agencies follow the gateway’s decision not to trace a request', async () => {
      const authorization = await context();
      const tracing = await openTracing({ url: `${receiver.endpoint}/v1/traces`, ratio: 0 }, 'gateway', log);
      const running = education();
      const received: (string | undefined)[] = [];
      const inProcess = {
        send: (request: Parameters<typeof running.subgraph.handle>[0]) => {
          received.push(request.traceparent);
          return running.subgraph.handle(request);
        },
        close: async () => undefined,
      };
      const transport = tracedTransport(inProcess, 'education', tracing);
      const root = tracing?.beginTrace({ name: 'request', kind: 'server' });
      await root?.within(() => transport.send({ authorization, body }, terms()));
      root?.end();
      await tracing?.close();
      const [traceparent = ''] = received;
      expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
      await receiver.nextTrace(() => system.ask('{ __typename }'));
      expect(receiver.spans.map(({ traceId }) => traceId)).not.toContain(traceparent.split('-')[1]);
    });
  });

  test('without a collector there are no traces, and sub-requests work', async () => {
    const { traces, metrics } = telemetrySettings(new Environment({}));
    expect([traces, metrics]).toEqual([undefined, undefined]);
    expect(await openTracing(traces, 'gateway', log)).toBeUndefined();
    const transport = httpTransport('http://127.0.0.1:9/graphql', DEFAULT_AGENCY_LIMITS);
    expect(tracedTransport(transport, 'education', undefined)).toBe(transport);
    await transport.close();
  });
});

describe('metrics', () => {
  test('are shown only with the token', async () => {
    const status = async (headers: Record<string, string>, method = 'GET') =>
      (await fetch(at('/metrics'), { method, headers })).status;
    expect(await status({ authorization: `Bearer ${METRICS_TOKEN}` })).toBe(200);
    for (const authorization of [
      `Bearer ${METRICS_TOKEN} `.slice(0, -2),
      `Bearer ${METRICS_TOKEN}x`,
      METRICS_TOKEN,
      'Bearer ',
      `Bearer ${system.identityProvider.token('county-case-worker')}`,
    ]) {
      expect([authorization, await status({ authorization })]).toEqual([authorization, 401]);
    }
    expect(await status({})).toBe(401);
    expect(await status({}, 'HEAD')).toBe(401);
    expect(await status({ 'x-forwarded-for': '127.0.0.1', host: '127.0.0.1' })).toBe(401);
  });

  test.each<[remoteAddress: string, headers: Record<string, string>, status: number]>([
    ['127.0.0.1', { host: '127.0.0.1:4000' }, 200],
    ['127.0.0.1', { host: 'localhost' }, 200],
    ['::1', { host: '[::1]:4000' }, 200],
    ['10.0.0.7', { host: '127.0.0.1:4000' }, 401],
    // A foreign page whose domain name resolves to this machine.
    ['127.0.0.1', { host: 'rebound.example:4000' }, 401],
    ['127.0.0.1', { host: 'localhost.example' }, 401],
    // A proxy on this machine.
    ['127.0.0.1', { host: '127.0.0.1:4000', 'x-forwarded-for': '203.0.113.7' }, 401],
    ['127.0.0.1', { host: '127.0.0.1:4000', forwarded: 'for=203.0.113.7' }, 401],
  ])('if local programs may read them, %s with %j is answered %i', async (remoteAddress, headers, status) => {
    const app = fastify();
    app.setErrorHandler((_error, _request, reply) => reply.code(401).send());
    serveMetrics(app, { registry: new Registry(), access: { token: undefined, local: true } });
    expect((await app.inject({ url: '/metrics', remoteAddress, headers })).statusCode).toBe(status);
  });

  test('of a separate agency are shown in the same way, and do not exist without a token', async () => {
    const state = () => ({ subgraph: undefined, db: undefined });
    const registry = new Registry();
    const guarded = subgraphServer(state, log, { registry, access: { token: METRICS_TOKEN, local: false } });
    const authorization = `Bearer ${METRICS_TOKEN}`;
    expect((await guarded.inject({ url: '/metrics', headers: { authorization } })).statusCode).toBe(200);
    expect((await guarded.inject('/metrics')).statusCode).toBe(401);
    expect((await subgraphServer(state, log).inject({ url: '/metrics', headers: { authorization } })).statusCode).toBe(
      404,
    );
  });

  test('a record counts in requests, agencies, looks, ledger and statements, and not in errors', async () => {
    const by = await moved(() => system.ask(RECORD, { variables: { id: CHILD } }));
    expect(by('gateway_requests_total', { purpose: 'RISK_ASSESSMENT', status: '200' })).toBe(1);
    expect(by('gateway_requests_total')).toBe(1);
    expect(by('gateway_request_duration_seconds_count')).toBe(1);
    expect(by('gateway_errors_total')).toBe(0);
    for (const agency of ASKED) {
      expect(by('gateway_agency_request_duration_seconds_count', { agency, outcome: 'ANSWERED' })).toBe(1);
      expect(by('subgraph_request_duration_seconds_count', { agency, status: '200' })).toBe(1);
      expect(by('subgraph_sql_duration_seconds_count', { agency, operation: 'select', outcome: 'ok' })).toBeGreaterThan(
        0,
      );
      expect(by('gateway_looks_total', { agency, answer: 'clear' })).toBeGreaterThan(0);
    }
    expect(by('gateway_ledger_record_duration_seconds_count', { outcome: 'ok' })).toBe(1);
    const now = await samples();
    expect(sumOf(now, 'gateway_ready')).toBe(1);
    expect(sumOf(now, 'gateway_ledger_up')).toBe(1);
    expect(sumOf(now, 'gateway_ledger_waiting_entries')).toBe(0);
    expect(sumOf(now, 'gateway_requests_under_way')).toBe(0);
    expect(sumOf(now, 'gateway_ledger_last_batch_timestamp_seconds')).toBeGreaterThan(Date.now() / 1_000 - 60);
    expect(sumOf(now, 'gateway_ledger_uncovered_entries')).toBeGreaterThan(0);
    expect(now.filter(({ name }) => name === 'gateway_info')).toHaveLength(1);
    expect(sumOf(now, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(now.some(({ name }) => name === 'nodejs_eventloop_lag_seconds')).toBe(true);
  });

  test('masked and refused looks are counted as in the ledger', async () => {
    const query = `{ child(id: "${CHILD}") { identity { idNumber } policeIncidents { type } } }`;
    const by = await moved(() => system.ask(query));
    expect(by('gateway_looks_total', { agency: 'public-security', answer: 'masked' })).toBe(1);
    expect(by('gateway_looks_total', { agency: 'public-security', answer: 'refused' })).toBe(1);
    expect(by('gateway_errors_total', { code: 'UNAUTHORIZED_FIELD_OR_TYPE' })).toBe(1);
  });

  test('a refused request counts in its status and code, and in no agency', async () => {
    const by = await moved(async () => {
      await system.ask('{ __typename }', { purpose: null });
      await system.ask('{ nothing }');
      await system.post('{}', {});
      const authorization = `Bearer ${system.identityProvider.token('town-case-worker')}`;
      await system.post('{}', { authorization, 'access-purpose': 'RISK_ASSESSMENT' });
    });
    expect(by('gateway_requests_total', { purpose: 'none', status: '400' })).toBe(1);
    expect(by('gateway_requests_total', { purpose: 'none', status: '401' })).toBe(1);
    expect(by('gateway_requests_total', { purpose: 'RISK_ASSESSMENT', status: '400' })).toBe(2);
    for (const code of ['BAD_REQUEST', 'ACCESS_PURPOSE_REQUIRED', 'GRAPHQL_VALIDATION_FAILED', 'UNAUTHENTICATED']) {
      expect([code, by('gateway_errors_total', { code })]).toEqual([code, 1]);
    }
    expect(by('gateway_agency_request_duration_seconds_count')).toBe(0);
  });

  test('a repeated document and caller are cache hits', async () => {
    const query = `{ child(id: "${CHILD}") { lovingMother { name } } }`;
    const first = await moved(() => system.ask(query));
    for (const cache of ['documents', 'filtered', 'plans']) {
      expect([cache, first('gateway_cache_lookups_total', { cache, result: 'miss' })]).toEqual([cache, 1]);
    }
    expect(first('gateway_plan_duration_seconds_count')).toBe(1);
    const again = await moved(() => system.ask(query));
    for (const cache of CACHES) {
      expect([cache, again('gateway_cache_lookups_total', { cache, result: 'hit' }) > 0]).toEqual([cache, true]);
    }
    expect(again('gateway_cache_lookups_total', { result: 'miss' })).toBe(0);
    expect(again('gateway_plan_duration_seconds_count')).toBe(0);
  });

  test('an agency that is down counts only in its own outcome', async () => {
    const undo = wrapAgency(system, 'education', () => () => Promise.reject(new Error('down')));
    try {
      const by = await moved(() => system.ask(RECORD, { variables: { id: CHILD } }));
      const failed = (agency: Agency) =>
        by('gateway_agency_request_duration_seconds_count', { agency, outcome: 'UNREACHABLE' });
      expect(AGENCIES.filter((agency) => failed(agency) > 0)).toEqual(['education']);
      expect(by('gateway_errors_total', { code: 'AGENCY_UNAVAILABLE' })).toBe(1);
      // Schooling, and the school's name.
      expect(by('gateway_looks_total', { agency: 'education', answer: 'unavailable' })).toBe(2);
      expect(by('gateway_requests_total', { status: '200' })).toBe(1);
    } finally {
      undo();
    }
  });

  test('a ledger outage is visible, and the gateway is not ready', async () => {
    await takeDown(system.ledgerDatabase);
    try {
      const by = await moved(async () => {
        expect((await system.ask('{ __typename }')).status).toBe(503);
        expect((await system.ask('{ __typename }')).status).toBe(503);
      });
      expect(by('gateway_requests_total', { status: '503' })).toBe(2);
      expect(by('gateway_errors_total', { code: 'LEDGER_UNAVAILABLE' })).toBe(2);
      const now = await samples();
      expect(sumOf(now, 'gateway_ledger_up')).toBe(0);
      expect(sumOf(now, 'gateway_ready')).toBe(0);
    } finally {
      await bringBack(system.ledgerDatabase);
    }
    expect((await fetch(at('/ready'))).status).toBe(200);
    expect(sumOf(await samples(), 'gateway_ready')).toBe(1);
  });

  test('a breaker is in exactly one state', async () => {
    const registry = new Registry();
    const metrics = new GatewayMetrics(registry);
    const states = async (agency: string) =>
      samplesIn(await registry.metrics())
        .filter(({ name, labels }) => name === 'gateway_agency_breaker_state' && labels.agency === agency)
        .map(({ labels, value }) => [labels.state, value]);
    metrics.onBreaker('education', 'open');
    expect(await states('education')).toEqual([
      ['closed', 0],
      ['half-open', 0],
      ['open', 1],
    ]);
    expect(await states('procuratorate')).toEqual([
      ['closed', 1],
      ['half-open', 0],
      ['open', 0],
    ]);
  });
});

test('every metric used by an alert exists', async () => {
  const names = new Set((await samples()).map(({ name }) => name));
  const text = readFileSync(join(PROJECT, 'docs/operations/alerts.yaml'), 'utf8');
  const expressions = [...text.matchAll(/^ +expr: (.*(?:\n {10,}.*)*)/gm)].map(([, expression = '']) => expression);
  const used = expressions.map((one) => one.match(/\b(?:up(?=\{)|(?:gateway|subgraph|process|nodejs)_\w+)/g) ?? []);
  expect(used.every((each) => each.length > 0)).toBe(true);
  expect(used.flat().filter((name) => name !== 'up' && !names.has(name))).toEqual([]);
  const told = readFileSync(join(PROJECT, 'docs/operations/monitoring.md'), 'utf8');
  const alerts = [...text.matchAll(/- alert: (\w+)/g)].map(([, alert]) => alert);
  expect(alerts.length).toBe(expressions.length);
  expect(alerts.filter((alert) => !told.includes(`| \`${alert}\` |`))).toEqual([]);
});

test('docs/operations/monitoring.md explains every metric', async () => {
  const told = readFileSync(join(PROJECT, 'docs/operations/monitoring.md'), 'utf8');
  const types = [...(await scrape()).matchAll(/^# TYPE ((?:gateway|subgraph)_\w+)/gm)].map(([, name]) => name);
  expect(types.length).toBeGreaterThan(15);
  expect(types.filter((name) => !told.includes(`\`${name}`))).toEqual([]);
});

test('docs/operations/monitoring.md explains every log event', () => {
  const project = PROJECT;
  const told = readFileSync(join(project, 'docs/operations/monitoring.md'), 'utf8');
  const files = ['gateway', 'shared', 'subgraphs'].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(project, folder, file),
    ),
  );
  const lines = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\blog\.(?:info|warn|error)\(([\s\S]*?)\);/g)]);
  const names = lines.map(
    ([, given = '']) => /event: '([\w-]+)'/.exec(given)?.[1] ?? /'([^']+)'[^']*$/.exec(given)?.[1],
  );
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => name === undefined || !told.includes(`\`${name}\``))).toEqual([]);
});

describe('metrics and traces', () => {
  const MARK = 'Zhengguoyun';
  const NAME = '欧阳慕晴';

  test('contain nothing about callers, children, reasons or answers', async () => {
    const query = `query ${MARK}Operation($${MARK}: String!, $also: ID = "${NAME}") {
      ${MARK}Alias: childByIdNumber(idNumber: $${MARK}) { id identity { ${MARK}Name: fullName idNumber }
        household { address members { name } } enrolment { school studentNumber } ...${MARK}Fragment }
      other: child(id: "${childIdOf(STORY.sealed)}") { id identity @include(if: true) { fullName } }
      third: child(id: $also) { id } }
      fragment ${MARK}Fragment on Child { welfare { categories reason } policeIncidents { type } absenceAlerts { kind } }`;
    const headers = {
      'access-purpose': 'EMERGENCY',
      'access-reason': encodeURIComponent(`${NAME}失联，需立即寻找下落`),
      'x-request-id': MARK,
      'x-forwarded-for': '10.9.8.7',
      'user-agent': MARK,
      traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
      tracestate: `${MARK.toLowerCase()}=1`,
      baggage: `who=${MARK}`,
    };
    const answers: string[] = [];
    for (const { sub } of DEMO_CALLERS) {
      const authorization = `Bearer ${system.identityProvider.token(sub)}`;
      for (const purpose of ['EMERGENCY', 'RISK_ASSESSMENT', MARK]) {
        const body = { query, operationName: `${MARK}Operation`, variables: { [MARK]: STORY.leftBehind } };
        const sent = { ...headers, authorization, 'access-purpose': purpose };
        answers.push((await system.post(JSON.stringify(body), sent)).text);
      }
    }
    const wrong = { query: `{ ${MARK}(id: "${STORY.leftBehind}") }`, operationName: NAME };
    await system.post(JSON.stringify(wrong), { authorization: `Bearer ${system.identityProvider.token('auditor')}` });
    await fetch(at(`/${MARK}?idNumber=${STORY.leftBehind}`));
    await fetch(at(`/graphql?idNumber=${STORY.leftBehind}`), { headers });
    await receiver.settled();

    // The requests were answered, so there was data that could leak.
    expect(answers.some((answer) => answer.includes('林小溪'))).toBe(true);
    // Random ids, times and figures can look like anything.
    const told = [
      (await scrape()).replace(/ \S+$/gm, ''),
      ...receiver.bodies.map((body) => body.replace(/"(?:traceId|(?:s|parentS)panId|\w+UnixNano)":"\w+"/g, '')),
    ].join('\n');
    const secrets = [
      ...Object.values(STORY),
      ...Object.values(STORY).map(childIdOf),
      ...DEMO_CALLERS.flatMap(({ sub, region }) => [sub, region]),
      ...['林小溪', '柳溪', '青禾', '青塘', '990101', '失联', NAME, MARK, '10.9.8.7'],
    ];
    const found = secrets.filter((secret) => told.toLowerCase().includes(secret.toLowerCase()));
    expect(found).toEqual([]);
    expect(receiver.spans.filter(({ traceId }) => traceId === 'ab'.repeat(16))).toEqual([]);
    expect(told).not.toMatch(/[^\p{ASCII}]/u);
  });

  const OUTCOMES = ['ANSWERED', 'UNREACHABLE', 'TIMED_OUT', 'OVERLOADED', 'CIRCUIT_OPEN', 'REFUSED', 'FAULTY_ANSWER'];
  const SQL = ['select', 'insert', 'update', 'delete', 'with', 'begin', 'commit', 'rollback', 'other'];
  const STATUSES = new Set(['200', '404', ...Object.values(ERRORS).map(({ status }) => String(status))]);
  const LABELS: Readonly<Record<string, (value: string) => boolean>> = {
    agency: among(AGENCIES),
    purpose: among([...PURPOSES, 'none']),
    code: among(Object.keys(ERRORS)),
    status: (value) => STATUSES.has(value),
    outcome: among([...OUTCOMES, 'ok', 'failed', 'OK', ...READ_FAULTS]),
    source: among(['JWKS_URI', 'REVOCATION_LIST']),
    reason: among([...Object.keys(TOKEN_REFUSALS), ...REFUSAL_REASONS]),
    answer: among(['clear', 'masked', 'refused', 'asked', 'written', 'unavailable']),
    operation: among(SQL),
    state: among([...BREAKER_STATES, 'used', 'free', 'waiting']),
    role: among(['reader', 'writer', 'lists', 'ledger']),
    cache: among(CACHES),
    result: among(['hit', 'miss']),
    le: (value) => value === '+Inf' || Number(value) > 0,
    rules: (value) => /^[0-9a-f]{32}$/.test(value),
    supergraph: (value) => /^[0-9a-f]{32}$/.test(value),
  };

  function among(values: readonly string[]): (value: string) => boolean {
    return (value) => values.includes(value);
  }

  test('have labels only from closed sets', async () => {
    const ours = (await samples()).filter(({ name }) => /^(gateway|subgraph)_/.test(name));
    expect(ours.length).toBeGreaterThan(100);
    const open = ours.flatMap(({ name, labels }) =>
      Object.entries(labels).flatMap(([label, value]) =>
        LABELS[label]?.(value) === true ? [] : [`${name}{${label}="${value}"}`],
      ),
    );
    expect(open).toEqual([]);
  });

  test('have attributes only from closed sets', () => {
    const attributes: Readonly<Record<string, (value: unknown) => boolean>> = {
      agency: (value) => among(AGENCIES)(String(value)),
      purpose: (value) => among(PURPOSES)(String(value)),
      codes: (value) => (value as string[]).every(among(Object.keys(ERRORS))),
      outcome: (value) => among(OUTCOMES)(String(value)),
      'http.response.status_code': (value) => STATUSES.has(String(value)),
      'db.system.name': (value) => value === 'postgresql',
      'db.operation.name': (value) => among(SQL)(String(value)),
      'db.collection.name': (value) => /^(?:exposed|work)\.[a-z_]+$/.test(String(value)),
    };
    const open = receiver.spans.flatMap(({ name, attributes: told }) => [
      ...(/^(?:request|plan|ask|answer|record|[a-z]+ (?:exposed|work)\.[a-z_]+|[a-z]+)$/.test(name) ? [] : [name]),
      ...Object.entries(told).flatMap(([key, value]) =>
        attributes[key]?.(value) === true ? [] : [`${name}: ${key}=${value}`],
      ),
    ]);
    expect(open).toEqual([]);
    expect(receiver.spans.length).toBeGreaterThan(100);
  });

  test.each([
    [`select "full_name" from "exposed"."identity" where "child_id" = 'secret from hidden'`, 'select exposed.identity'],
    [`insert into work.clue (facts) values ('990101')`, 'insert work.clue'],
    ['update "work"."task" set "note" = $1', 'update work.task'],
    [`with found as (select 1 from exposed.child) select * from found`, 'with exposed.child'],
    ['BEGIN;', 'begin'],
    ['select 1 /* from exposed.990101 */', 'select exposed'],
    ['/* note */ select 1', 'other'],
    ['select 1', 'select'],
    [`select * from "990101"`, 'select'],
  ])('tell of the statement %s more than %s', (sql, told) => {
    const { operation, table } = statementOf(sql);
    expect([operation, table].filter(Boolean).join(' ')).toBe(told);
  });
});
