import fc from 'fast-check';
import { FairQueue } from '../../../../../gateway/federation/planning/fair-queue';

const LIMITS = { perCaller: 4, inAll: 10 };

/** Work that ends when it is told to, and takes down who began. */
function workshop() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  let atOnce = 0;
  let most = 0;
  return {
    begun,
    most: () => most,
    work: (name: string) => async () => {
      begun.push(name);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise<void>((resolve) => ends.push(resolve));
      atOnce -= 1;
      return name;
    },
    /** Ends what runs, until nothing does. */
    async finish() {
      for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
        end();
        await new Promise((done) => setImmediate(done));
      }
    },
  };
}

const codeOf = (error: unknown) => (error as { extensions: Record<string, unknown> }).extensions;

test('callers take turns, however many tasks one of them has sent', async () => {
  const queue = new FairQueue(LIMITS);
  const { work, begun, finish } = workshop();
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map((name) => queue.run(name[0] as string, work(name)));
  await finish();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2']);
});

test('the waiting tasks of one caller and of all are limited; further ones are refused', async () => {
  const queue = new FairQueue(LIMITS);
  const { work, finish } = workshop();
  const running = queue.run('a', work('a'));
  const waiting = Array.from({ length: 4 }, () => queue.run('a', work('a')));
  const tooMany = await queue.run('a', work('a')).catch(codeOf);
  expect(tooMany).toMatchObject({ code: 'RATE_LIMITED', reason: 'NEW_TEXTS_WAITING', limit: 4, retryAfter: 1 });
  for (const caller of ['b', 'c', 'd', 'e', 'f', 'g']) waiting.push(queue.run(caller, work(caller)));
  const busy = await queue.run('h', work('h')).catch(codeOf);
  expect(busy).toMatchObject({ code: 'PLANNING_BUSY', retryAfter: 1, http: { status: 503 } });
  await finish();
  await Promise.all([running, ...waiting]);
  const again = queue.run('a', work('a'));
  await finish();
  expect(await again).toBe('a');
});

test('a failed task rejects for its sender, and the next one runs', async () => {
  const queue = new FairQueue(LIMITS);
  const failing = queue.run('a', () => Promise.reject(new Error('no plan')));
  const next = queue.run('b', async () => 'planned');
  await expect(failing).rejects.toThrow('no plan');
  expect(await next).toBe('planned');
});

test('a caller waits for at most one task of each other caller, and only one task runs at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 20 }), async (callers) => {
      const queue = new FairQueue({ perCaller: 100, inAll: 100 });
      const { work, begun, most, finish } = workshop();
      const all = callers.map((caller) => queue.run(caller, work(caller)));
      await finish();
      await Promise.all(all);
      expect(most()).toBe(1);
      expect(begun.toSorted()).toEqual(callers.toSorted());
      // While somebody has work left, nobody is served twice before they are served.
      for (const caller of new Set(callers)) {
        const last = begun.lastIndexOf(caller);
        let since: string[] = [];
        for (const one of begun.slice(1, last + 1)) {
          if (one === caller) since = [];
          else {
            expect(since).not.toContain(one);
            since.push(one);
          }
        }
      }
    }),
    { seed: 20_261_129, numRuns: 200 },
  );
});
