import Redis from 'ioredis';
import { redisProgram, type TestRedis, testRedis } from '../support/redis-server';
import { type Reply, startSystem, type TestSystem } from '../support/system';

const LIMITS = {
  OPERATION_COST_LIMIT: '2000',
  CALLER_REQUESTS_PER_MINUTE: '12',
  CALLER_COST_PER_MINUTE: '5000',
  CALLER_NEW_TEXTS_PER_MINUTE: '6',
};
const program = redisProgram();

let redis: TestRedis | undefined;
let system: TestSystem;
beforeAll(async () => {
  redis = program && (await testRedis(program));
  system = await startSystem({ environment: { ...LIMITS, ...(redis && { REDIS_URL: redis.url }) } });
});
afterAll(async () => {
  await system.close();
  await redis?.kill();
});
beforeEach(() => system.forget());

const CHEAP = '{ children(first: 1) { pageInfo { hasNextPage } } }';
const DEAR = 'query Dear($n: Int) { children(first: $n) { nodes { cases { id } } } }';

/** The only error of a refused request, which the ledger has, too, or counts. */
async function refusal({ status, body, headers }: Reply): Promise<Record<string, unknown>> {
  expect(body.errors).toHaveLength(1);
  const { extensions } = body.errors[0];
  const [entry] = await system.entries(headers.get('x-request-id'));
  expect(entry?.outcome).toEqual(status === 429 ? undefined : { status, codes: [extensions.code] });
  return { status, ...extensions };
}

test('an operation over the cost limit is refused with its cost, before any agency is asked', async () => {
  const as = 'town-case-worker';
  const reply = await system.ask(DEAR, { as, variables: { n: 200 } });
  // One page of 200 children, each with five cases, and the page itself.
  const cost = 1 + 200 * (1 + 5);
  expect(cost).toBeLessThan(2_000);
  expect(reply.status).toBe(200);
  system.forget();
  const twice = DEAR.replace('cases { id }', 'cases { id } more: cases { id }');
  expect(await refusal(await system.ask(twice, { as, variables: { n: 200 } }))).toEqual({
    status: 400,
    code: 'OPERATION_TOO_COSTLY',
    cost: 1 + 200 * (1 + 5 + 5),
    limit: 2_000,
  });
  expect(system.subRequests).toEqual([]);
  expect((await system.ask(twice, { as, variables: { n: 100 } })).status).toBe(200);
});

test('a caller who sends too many requests is told when to retry, and others are answered', async () => {
  const as = 'county-case-worker';
  const replies: Reply[] = [];
  for (let count = 0; count < 15; count += 1) replies.push(await system.ask(CHEAP, { as }));
  expect(replies.map(({ status }) => status)).toEqual([...Array(12).fill(200), ...Array(3).fill(429)]);
  const last = replies[14] as Reply;
  const { retryAfter, ...told } = await refusal(last);
  expect(told).toEqual({ status: 429, code: 'RATE_LIMITED', reason: 'REQUESTS', limit: 12 });
  expect(last.headers.get('retry-after')).toBe(String(retryAfter));
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(60);
  expect((await system.ask(CHEAP, { as: 'neighbour-case-worker' })).status).toBe(200);
});

test('requests refused for other reasons are counted, too', async () => {
  const as = 'education-member';
  const statuses: number[] = [];
  for (let count = 0; count < 13; count += 1)
    statuses.push((await system.ask('{ nothing', { as, purpose: null })).status);
  expect(statuses).toEqual([...Array(12).fill(400), 429]);
});

test('a caller who has used most of the cost budget may still send cheap operations', async () => {
  const as = 'child-director';
  const ask = (query: string, n?: number) => system.ask(query, { as, purpose: 'OWN_DUTY', variables: { n } });
  for (let count = 0; count < 4; count += 1) expect((await ask(DEAR, 200)).status).toBe(200);
  const reply = await ask(DEAR, 200);
  expect(await refusal(reply)).toEqual({
    status: 429,
    code: 'RATE_LIMITED',
    reason: 'COST',
    cost: 1_201,
    limit: 5_000,
    retryAfter: Number(reply.headers.get('retry-after')),
  });
  expect((await ask(CHEAP)).status).toBe(200);
  expect((await ask(DEAR, 20)).status).toBe(200);
});

test('a caller who sends too many new documents gets answers only to known ones, and others are answered', async () => {
  const as = 'civil-affairs-officer';
  const purpose = 'OWN_DUTY';
  const texts = Array.from({ length: 7 }, (_, n) => CHEAP.replace('children', `c${n}: children`));
  const replies: Reply[] = [];
  for (const text of texts) replies.push(await system.ask(text, { as, purpose }));
  expect(replies.map(({ status }) => status)).toEqual([...Array(6).fill(200), 429]);
  const { retryAfter, ...told } = await refusal(replies[6] as Reply);
  expect(told).toEqual({ status: 429, code: 'RATE_LIMITED', reason: 'NEW_TEXTS', limit: 6 });
  expect(retryAfter).toBeGreaterThan(0);
  expect((await system.ask(texts[0] as string, { as, purpose })).status).toBe(200);
  // A refused document is not cached.
  expect((await system.ask(texts[6] as string, { as: 'prosecutor', purpose })).status).toBe(200);
  expect((await system.ask(texts[6] as string, { as, purpose })).status).toBe(200);
});

(program === undefined ? test.skip : test)(
  'what callers have sent stands in Redis, and nothing else does',
  async () => {
    const client = new Redis(redis?.url ?? '');
    try {
      const keys = (await client.keys('*')).sort();
      expect(keys).toContain('unified-child-record:requests:county-case-worker');
      expect(keys).toContain('unified-child-record:cost:child-director');
      expect(keys).toContain('unified-child-record:new-texts:civil-affairs-officer');
      for (const key of keys) {
        expect(key).toMatch(/^unified-child-record:(?:requests|cost|new-texts):[\w-]+$/);
        expect(await client.get(key)).toMatch(/^\d+$/);
        expect(await client.ttl(key)).toBeGreaterThan(0);
      }
    } finally {
      client.disconnect();
    }
  },
);
