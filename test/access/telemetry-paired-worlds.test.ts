import { samplesIn } from '../support/metrics';
import { type OtlpReceiver, otlpReceiver } from '../support/otlp-receiver';
import { ASKERS, type Asker } from '../support/worlds/askers';
import { CHILD_ELSEWHERE, NOT_KNOWING, withChildElsewhere } from '../support/worlds/child-elsewhere';
import { Comparison } from '../support/worlds/comparison';
import { ABSENT_FACTS, type Fact, SEALED_FACTS } from '../support/worlds/facts';
import { listQueries, type Query, recordQueries } from '../support/worlds/queries';
import { startWorld, type World } from '../support/worlds/world';

// Metrics and traces of requests by callers who may not see a fact are the same with and without it.

const METRICS_TOKEN = 'a-token-for-metrics-of-32-characters-and-more';

let receiver: OtlpReceiver;
let world: World;
let comparison: Comparison;
let queries: readonly Query[];

beforeAll(async () => {
  // Caches do not expire here.
  const began = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => began);
  receiver = await otlpReceiver();
  world = await startWorld('watched_worlds', { METRICS_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
  comparison = new Comparison(world, () => undefined);
  const byId = [world.focus, world.sealed].flatMap((subjects) => recordQueries(subjects).slice(1));
  queries = [...byId, ...listQueries(world.focus)];
});
afterAll(async () => {
  await world?.close();
  await receiver?.close();
  jest.restoreAllMocks();
});

/** Metrics without times, and every trace as names, after all queries. */
async function toldOf(
  askers: readonly Asker[],
  asked = queries,
): Promise<{ metrics: readonly string[]; traces: readonly string[] }> {
  const known = new Set(receiver.spans);
  const before = await counted();
  for (const asker of askers) for (const query of asked) await comparison.ask(asker, query);
  // A request is counted, and its trace ends, after its answer was sent.
  await receiver.traces(askers.length * asked.length, known);
  const after = await counted();
  const metrics = [...after].map(([sample, value]) => `${sample} ${value - (before.get(sample) ?? 0)}`);
  const spans = receiver.spans.filter((span) => !known.has(span));
  const below = (parent: string | undefined): string => {
    const children = spans.filter(({ parentSpanId }) => parentSpanId === parent);
    const told = children.map(
      ({ name, spanId, status, attributes }) => `${name} ${status} ${JSON.stringify(attributes)}(${below(spanId)})`,
    );
    // Whether the children of two rows are loaded by one statement or two depends on timing.
    const statements = children.every(({ attributes }) => 'db.operation.name' in attributes);
    return [...(statements ? new Set(told) : told)].sort().join();
  };
  const traces = spans
    .filter(({ parentSpanId }) => parentSpanId === undefined)
    .map(({ spanId }) => below(spanId))
    .sort();
  return { metrics: metrics.sort(), traces };
}

/** Statements of requests are in traces; background work has others. */
const OWN_TO_EACH_MOMENT =
  /_(?:seconds|seconds_sum|seconds_bucket)$|^(?:process|nodejs)_|^gateway_ledger_(?!record)|_connections$|_sql_/;

async function counted(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(world.system.url.replace('/graphql', '/metrics'), {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  const samples = samplesIn(await response.text()).filter(
    // New contexts are signed depending on time.
    ({ name, labels }) => !OWN_TO_EACH_MOMENT.test(name) && labels.cache !== 'contexts',
  );
  return new Map(samples.map(({ name, labels, value }) => [`${name} ${JSON.stringify(labels)}`, value]));
}

/** Callers who see none of the facts, one per purpose. */
const notShown = [
  ...new Map(
    ASKERS.filter(({ name }) => !ABSENT_FACTS.some(({ shownTo }) => shownTo.includes(name))).map((asker) => [
      asker.purpose,
      asker,
    ]),
  ).values(),
];
const ALL: readonly Fact[] = [...ABSENT_FACTS, ...SEALED_FACTS];

test('removing all hidden facts at once changes neither metrics nor traces', async () => {
  expect(notShown.length).toBeGreaterThan(5);
  // Fills the caches of plans, documents and contexts.
  await toldOf(notShown);
  const there = await comparison.without([], () => toldOf(notShown));
  const here = await comparison.without(ALL, () => toldOf(notShown));
  expect(here).toEqual(there);
  expect(there.traces).toHaveLength(notShown.length * queries.length);
  expect(there.metrics.join('\n')).toMatch(/^gateway_looks_total .*"asked".* [1-9]/m);
});

test('a child in another county changes neither metrics nor traces', async () => {
  const asked = recordQueries({ ...world.focus, ...CHILD_ELSEWHERE });
  const askers = notShown.filter((asker) => NOT_KNOWING.includes(asker));
  expect(askers.length).toBeGreaterThan(5);
  await toldOf(askers, asked);
  const nowhere = await toldOf(askers, asked);
  expect(await withChildElsewhere(world, () => toldOf(askers, asked))).toEqual(nowhere);
});
