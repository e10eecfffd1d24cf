import { Deadline } from '../../../../gateway/request/deadline';

/** Keeps the event loop busy, so that timers set afterwards in this turn fire early. */
function busyFor(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('a deadline that has passed for one has passed for all, also after a long turn of the event loop', async () => {
  await new Promise(setImmediate);
  busyFor(60);
  const deadline = new Deadline(50);
  await expect(deadline.within(new Promise(() => undefined))).rejects.toMatchObject({ reason: 'TIMED_OUT' });
  expect(deadline.left).toBeLessThanOrEqual(0);
});

test('work that is done in time is not kept from its result', async () => {
  const deadline = new Deadline(60_000);
  await expect(deadline.within(Promise.resolve('done'))).resolves.toBe('done');
  expect(deadline.left).toBeGreaterThan(0);
});
