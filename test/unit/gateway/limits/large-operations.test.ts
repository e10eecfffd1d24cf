import { LargeOperations } from '../../../../gateway/limits/large-operations';

const LARGE = 1_000;
const SMALL = 17;
const NEVER = 60_000;
const settled = () => new Promise((done) => setImmediate(done));

/** Requests a turn for each name, and records who has one. */
function turns(operations: LargeOperations, names: readonly string[], cost = LARGE) {
  const begun: string[] = [];
  const ends = new Map<string, (() => void) | null>();
  for (const name of names) {
    void operations.begin(cost).then((end) => {
      begun.push(name);
      ends.set(name, end);
    });
  }
  return { begun, end: (name: string) => ends.get(name)?.() };
}

test('large operations start a few at a time, in order of arrival', async () => {
  const { begun, end } = turns(new LargeOperations({ atOnce: 2, longest: NEVER }), ['a', 'b', 'c', 'd', 'e']);
  await settled();
  expect(begun).toEqual(['a', 'b']);
  end('b');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  // Ending twice lets only one other start.
  end('b');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  end('a');
  end('c');
  await settled();
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a small operation never waits', async () => {
  const operations = new LargeOperations({ atOnce: 1, longest: NEVER });
  const large = turns(operations, ['a', 'b']);
  const small = turns(operations, ['c', 'd'], SMALL);
  await settled();
  expect([large.begun, small.begun]).toEqual([['a'], ['c', 'd']]);
});

test('one that waits for an agency does not block others', async () => {
  const { begun } = turns(new LargeOperations({ atOnce: 1, longest: 1 }), ['a', 'b', 'c']);
  while (begun.length < 3) await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
});

test('a free place goes to the next one that arrives', async () => {
  const operations = new LargeOperations({ atOnce: 1, longest: NEVER });
  (await operations.begin(LARGE))?.();
  expect(await Promise.race([operations.begin(LARGE).then(() => 'begun'), settled().then(() => 'waits')])).toBe(
    'begun',
  );
});

test('the next large operation starts as soon as one has ended', async () => {
  const operations = new LargeOperations({ atOnce: 1, longest: NEVER });
  const { begun, end } = turns(operations, ['a', 'b']);
  await settled();
  end('a');
  await settled();
  expect(begun).toEqual(['a', 'b']);
});
