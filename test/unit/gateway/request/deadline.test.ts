import { Deadline } from '../../../../gateway/request/deadline';

afterEach(() => jest.restoreAllMocks());

test('a deadline that has passed for one call has passed for all, even if the timer fires early', async () => {
  const began = performance.now();
  jest.spyOn(performance, 'now').mockReturnValue(began);
  const deadline = new Deadline(20);
  await expect(deadline.within(new Promise(() => undefined))).rejects.toMatchObject({ reason: 'TIMED_OUT' });
  expect(deadline.left).toBe(0);
});

test('work that is done in time returns its result', async () => {
  const deadline = new Deadline(60_000);
  await expect(deadline.within(Promise.resolve('done'))).resolves.toBe('done');
  expect(deadline.left).toBeGreaterThan(0);
});
