import Fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { AccessLedger } from '../../../../gateway/ledger/access-ledger';
import { auditHooks } from '../../../../gateway/ledger/audit-hooks';
import { RefusalCounts } from '../../../../gateway/ledger/refusal-counts';
import { decorateRequests } from '../../../../gateway/request/request-state';
import { systemClock } from '../../../../shared/domain/clock';

const log = pino({ level: 'silent' });

let app: FastifyInstance;
afterEach(() => app.close());

/** The number of entries that each entry waits for, with one request in progress. */
async function awaitedBeside(isLarge: boolean): Promise<readonly number[]> {
  const awaited: number[] = [];
  const ledger = {
    record: async (_entry: unknown, coming: number) => void awaited.push(coming),
  } as unknown as AccessLedger;
  const audit = auditHooks({
    ledger: () => ledger,
    rules: () => 'rules',
    clock: systemClock,
    refusals: new RefusalCounts({ ledger: () => ledger, clock: systemClock, log }),
    log,
  });
  app = Fastify();
  decorateRequests(app);
  app.addHook('preHandler', async (request) => {
    if (request.url === '/held' && isLarge) request.endOperation = () => undefined;
  });
  app.addHook('preHandler', audit.preHandler);
  app.addHook('onSend', audit.onSend);
  app.addHook('onResponse', audit.onResponse);
  let release: () => void = () => undefined;
  const begun = new Promise<void>((arrived) => {
    app.get('/held', async () => {
      arrived();
      await new Promise<void>((go) => {
        release = go;
      });
      return {};
    });
  });
  app.get('/small', async () => ({}));
  const held = app.inject('/held');
  await begun;
  await app.inject('/small');
  release();
  await held;
  return awaited;
}

test('an entry waits for the entries of small operations in progress', async () => {
  expect(await awaitedBeside(false)).toEqual([1, 0]);
});

test('the entry of a small operation never waits for that of a large one', async () => {
  expect(await awaitedBeside(true)).toEqual([0, 0]);
});
