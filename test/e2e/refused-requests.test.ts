import { type Reply, startSystem, type TestSystem } from '../support/system';

// Requests refused before execution: neither ledger nor log grows with them.

const LIMITS = { CALLER_REQUESTS_PER_MINUTE: '10', ADDRESS_REFUSALS_PER_MINUTE: '200' };
const QUERY = '{ children(first: 1) { pageInfo { hasNextPage } } }';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem({ environment: LIMITS });
});
afterAll(() => system.close());

const BODY = JSON.stringify({ query: QUERY });
const anonymous = (headers: Record<string, string> = {}) => system.post(BODY, headers);

async function times<Result>(count: number, send: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < count; index += 1) results.push(await send());
  return results;
}

const statuses = (replies: readonly { readonly status: number }[]) => [...new Set(replies.map(({ status }) => status))];

test('a flood of refused requests becomes a few entries with their number, and a few log lines', async () => {
  const before = await system.entries();
  expect(statuses(await times(100, anonymous))).toEqual([401]);
  expect(statuses(await times(40, () => anonymous({ authorization: 'Bearer none' })))).toEqual([401]);
  expect(statuses(await times(30, () => fetch(`${system.url}?query=${encodeURIComponent(QUERY)}`)))).toEqual([405]);
  const asked = await times(25, () => system.ask(QUERY));
  expect(asked.map(({ status }) => status)).toEqual([...Array(10).fill(200), ...Array(15).fill(429)]);

  // The address has thirty left; afterwards tokens are not even checked, whoever sends them.
  const further = await times(50, anonymous);
  expect(further.map(({ status }) => status)).toEqual([...Array(30).fill(401), ...Array(20).fill(429)]);
  const refused = await system.ask(QUERY, { as: 'neighbour-case-worker' });
  expectAddressLimit(refused);

  expect((await system.entries()).length - before.length).toBe(10);
  const lines = system
    .logged()
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'));
  expect(lines.length).toBeLessThan(50);

  await system.stop();
  const counted = (await system.entries()).filter(({ stage }) => stage === 'refused');
  const sums: Record<string, number> = {};
  for (const { outcome, caller, peer, requests } of counted) {
    const key = [outcome?.status, ...(outcome?.codes ?? []), caller?.id ?? peer].join(' ');
    sums[key] = (sums[key] ?? 0) + requests;
  }
  expect(sums).toEqual({
    '401 UNAUTHENTICATED 127.0.0.0/24': 170,
    '405 METHOD_NOT_ALLOWED 127.0.0.0/24': 30,
    '429 RATE_LIMITED 127.0.0.0/24': 21,
    '429 RATE_LIMITED town-case-worker': 15,
  });
  expect(counted.length).toBeLessThan(8);
  expect(system.logged()).toContain('"event":"requests-refused"');
});

function expectAddressLimit({ status, body, headers }: Reply): void {
  const [{ extensions }] = body.errors;
  expect([status, extensions.code, extensions.reason, extensions.limit]).toEqual([429, 'RATE_LIMITED', 'ADDRESS', 200]);
  expect(headers.get('retry-after')).toBe(String(extensions.retryAfter));
}
