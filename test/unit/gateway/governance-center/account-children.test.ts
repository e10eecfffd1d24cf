import { pino } from 'pino';
import { accountChildren } from '../../../../gateway/governance-center/account-children';
import { Deadline } from '../../../../gateway/request/deadline';
import type { AccessContext } from '../../../../shared/protocol/context-token';
import type { SubgraphResponse } from '../../../../shared/protocol/subgraph-exchange';

const ACCESS = { purpose: 'VISIT' } as AccessContext;

function accounted(answer: Partial<SubgraphResponse['body']> | Error, children = ['one', 'two'], status = 200) {
  const sent: unknown[] = [];
  const ask = async (_access: unknown, _request: unknown, _operation: unknown, variables: unknown) => {
    sent.push(variables);
    if (answer instanceof Error) throw answer;
    return { status, body: answer } as SubgraphResponse;
  };
  const account = accountChildren<string>(ask, pino({ level: 'silent' }), {
    text: 'mutation',
    field: 'count',
    usedUp: 'OPENINGS_USED_UP',
    unaccounted: 'OPENINGS_UNACCOUNTED',
    childOf: (child) => child,
  });
  const request = { id: 'a request', deadline: new Deadline(1_000) };
  return { answered: account(ACCESS, children, { enforced: true }, request), sent };
}

const error = (extensions: object) => ({ errors: [{ message: 'any', extensions }] }) as never;

test('an answer without children is not accounted for', async () => {
  const { answered, sent } = accounted(new Error('not asked'), []);
  expect(await answered).toEqual([]);
  expect(sent).toEqual([]);
});

test('the centre’s rows are returned, once every child has one', async () => {
  const { answered, sent } = accounted({ data: { count: ['two', 'one'] } });
  expect(await answered).toEqual(['two', 'one']);
  expect(sent).toEqual([{ children: ['one', 'two'], enforced: true }]);
});

test('a number that is used up is told, with the number and nothing else', async () => {
  const { answered } = accounted(error({ code: 'OPENINGS_USED_UP', limit: 60, child: 'one' }));
  await expect(answered).rejects.toMatchObject({
    extensions: { code: 'OPENINGS_USED_UP', limit: 60, http: { status: 403 } },
  });
  const { answered: malformed } = accounted(error({ code: 'OPENINGS_USED_UP', limit: 'one' }));
  await expect(malformed).rejects.not.toHaveProperty('extensions.limit');
});

test.each([
  ['another error', error({ code: 'INTERNAL_SERVER_ERROR' })],
  ['no data', { data: null }],
  ['a null', { data: { count: null } }],
  ['a child who is missing', { data: { count: ['one'] } }],
  ['no answer', new Error('UNREACHABLE')],
])('%s withholds the answer', async (_, answer) => {
  await expect(accounted(answer).answered).rejects.toMatchObject({ extensions: { code: 'OPENINGS_UNACCOUNTED' } });
});

test('a refused request withholds the answer', async () => {
  const { answered } = accounted({ data: { count: ['one', 'two'] } }, ['one'], 401);
  await expect(answered).rejects.toMatchObject({ extensions: { code: 'OPENINGS_UNACCOUNTED' } });
});
