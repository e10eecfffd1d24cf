import { PreparedDocuments } from '../../../../gateway/graphql/prepared-documents';
import { failure } from '../../../../shared/protocol/errors';

/** A cache whose planning thread finds fault with every text that has `nonsense` in it, and is busy when it is told to be. */
function documents() {
  const asked = { validated: [] as string[], turns: 0, charged: 0, busy: false };
  const cache = new PreparedDocuments({
    compiler: { cost: () => () => 1, lookups: () => () => [] },
    planner: {
      async validate(query) {
        asked.validated.push(query);
        if (asked.busy) throw failure('PLANNING_BUSY');
        return query.includes('nonsense') ? [{ message: 'Cannot query field "nonsense" on type "Query".' }] : [];
      },
      inTurn(_caller, work) {
        asked.turns += 1;
        return work();
      },
    },
  });
  const prepare = (text: string) =>
    cache.prepare(text, 'caller', async () => {
      asked.charged += 1;
    });
  const inStore = async (hash: string) => (await cache.documentStore.get(`schema:${hash}`)) !== undefined;
  return { asked, cache, prepare, inStore };
}

test('a document is parsed, validated and charged once, whichever of its operations is sent', async () => {
  const { asked, cache, prepare, inStore } = documents();
  const text = 'query A { a } query B { b }';
  const first = await prepare(text);
  expect(await inStore(first.hash)).toBe(false);
  expect(await cache.faultsOf(first, 'caller')).toEqual([]);
  const second = await prepare(text);
  expect(await cache.faultsOf(second, 'another')).toEqual([]);
  expect(second).toBe(first);
  expect(second.operation('A')).toBe(first.operation('A'));
  expect([first.operation('B')?.operation.name?.value, first.operation('C'), first.operation(undefined)]).toEqual([
    'B',
    null,
    null,
  ]);
  expect(await inStore(first.hash)).toBe(true);
  expect(asked).toMatchObject({ validated: [text], turns: 1, charged: 1 });
});

test('an invalid document is answered from memory, and its syntax tree is released', async () => {
  const { asked, cache, prepare, inStore } = documents();
  const prepared = await prepare('{ nonsense }');
  const faults = [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })];
  expect(await cache.faultsOf(prepared, 'caller')).toEqual(faults);
  expect(await cache.faultsOf(await prepare('{ nonsense }'), 'caller')).toEqual(faults);
  expect(prepared.document).toBeNull();
  expect(await inStore(prepared.hash)).toBe(false);
  expect(asked.validated).toHaveLength(1);
});

test('a document whose validation failed to run is validated when it is sent again', async () => {
  const { asked, cache, prepare, inStore } = documents();
  asked.busy = true;
  const prepared = await prepare('{ a }');
  await expect(Promise.resolve(cache.faultsOf(prepared, 'caller'))).rejects.toMatchObject({
    extensions: { code: 'PLANNING_BUSY' },
  });
  asked.busy = false;
  expect(await cache.faultsOf(prepared, 'caller')).toEqual([]);
  expect(await inStore(prepared.hash)).toBe(true);
});

test('a text that is not GraphQL has no operation, and one over the limits has a fault', async () => {
  const { cache, prepare } = documents();
  const broken = await prepare('{ childByIdNumber(');
  expect([broken.fault, broken.document, broken.operation(undefined)]).toEqual([null, null, null]);
  expect(await cache.faultsOf(broken, 'caller')).toEqual([]);
  const deep = await prepare(`${'{ a '.repeat(20)}${'}'.repeat(20)}`);
  expect([deep.fault?.extensions.code, deep.operation(undefined)]).toEqual(['OPERATION_TOO_DEEP', null]);
});

test('data cached with a document counts towards the cache’s size, and displaces the least recently used', async () => {
  const { asked, prepare } = documents();
  await prepare('{ unused }');
  const grown = await prepare('{ a }');
  for (let kind = 0; kind < 3; kind += 1) grown.grow(600_000);
  expect(await prepare('{ a }')).toBe(grown);
  await prepare(`{ a } # ${'x'.repeat(250_000)}`);
  const { turns } = asked;
  await prepare('{ unused }');
  expect(asked.turns).toBe(turns + 1);
});
