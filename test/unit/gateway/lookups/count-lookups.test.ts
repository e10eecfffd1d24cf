import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallerLimiter } from '../../../../gateway/limits/caller-limiter';
import { countLookups } from '../../../../gateway/lookups/count-lookups';
import type { Lookup } from '../../../../gateway/request/request-lookups';

/** Sends a request with these lookups through the stage. @returns the code of its refusal, and how many lookups were counted. */
async function lookUp(...lookups: readonly Lookup[]): Promise<readonly [code: string | undefined, counted: number]> {
  let counted = 0;
  const callers = {
    lookup: async () => {
      counted += 1;
    },
  } as Partial<CallerLimiter> as CallerLimiter;
  const request = {
    caller: { sub: 'town-case-worker' },
    operation: { operation: { lookups: () => lookups }, variables: {} },
  } as unknown as FastifyRequest;
  const { preHandler } = countLookups({
    callers,
    digest: (number) => number,
    confirm: async () => undefined,
    clock: () => new Date(),
  });
  const code = await preHandler.call({} as never, request, {} as FastifyReply).then(
    () => undefined,
    ({ extensions }) => extensions.code,
  );
  return [code, counted];
}

test('one lookup of one number is counted', async () => {
  expect(await lookUp({ key: 'child', numbers: ['1'] })).toEqual([undefined, 1]);
});

test.each<[string, readonly Lookup[]]>([
  [
    'two lookups',
    [
      { key: 'a', numbers: ['1'] },
      { key: 'b', numbers: ['2'] },
    ],
  ],
  ['one lookup of two numbers', [{ key: 'children', numbers: ['1', '2'] }]],
])('%s in one request are refused, and not counted', async (_, lookups) => {
  expect(await lookUp(...lookups)).toEqual(['ONE_LOOKUP_PER_REQUEST', 0]);
});
