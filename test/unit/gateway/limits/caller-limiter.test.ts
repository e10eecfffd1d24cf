import Redis from 'ioredis';
import { pino } from 'pino';
import {
  type AllowLookups,
  type CallerLimiter,
  type CountedLookups,
  callerLimiter,
} from '../../../../gateway/limits/caller-limiter';
import { DEFAULT_LIMITS, limitSettings } from '../../../../gateway/limits/settings';
import { Environment } from '../../../../shared/config/environment';
import { redisProgram, type TestRedis, testRedis } from '../../../support/redis-server';

const LIMITS = {
  requests: 5,
  cost: 100,
  newTexts: 3,
  lookups: { perMinute: 6, perDay: 8 },
  missedLookups: { perMinute: 3, perDay: 4 },
};
const open: CallerLimiter[] = [];
const lines: { level: number; msg: string }[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });

function limiter(redisUrl?: string): CallerLimiter {
  const made = callerLimiter({ limits: LIMITS, redisUrl, log });
  open.push(made);
  return made;
}

/** The number of accepted requests. */
async function letThrough(limiters: readonly CallerLimiter[], caller: string, count: number): Promise<number> {
  let passed = 0;
  for (let index = 0; index < count; index += 1) {
    const next = limiters[index % limiters.length] as CallerLimiter;
    await next.request(caller).then(
      () => (passed += 1),
      (error) => expect(error.extensions.code).toBe('RATE_LIMITED'),
    );
  }
  return passed;
}

afterEach(async () => {
  for (const made of open.splice(0)) await made.close();
  lines.length = 0;
});

test('limits are positive whole numbers, Redis has a redis URL, and there are limits by default', () => {
  const settings = (variables: NodeJS.ProcessEnv) => {
    const environment = new Environment(variables);
    const read = limitSettings(environment);
    environment.finish();
    return read;
  };
  expect(settings({})).toEqual(DEFAULT_LIMITS);
  expect(settings({ CALLER_COST_PER_MINUTE: '7', REDIS_URL: 'rediss://:secret@redis:6379/1' })).toEqual({
    ...DEFAULT_LIMITS,
    caller: { ...DEFAULT_LIMITS.caller, cost: 7 },
    redisUrl: 'rediss://:secret@redis:6379/1',
  });
  for (const name of [
    'OPERATION_COST_LIMIT',
    'CALLER_REQUESTS_PER_MINUTE',
    'CALLER_COST_PER_MINUTE',
    'CALLER_NEW_TEXTS_PER_MINUTE',
    'CALLER_LOOKUPS_PER_MINUTE',
    'CALLER_LOOKUPS_PER_DAY',
    'CALLER_MISSED_LOOKUPS_PER_MINUTE',
    'CALLER_MISSED_LOOKUPS_PER_DAY',
    'REQUEST_TIMEOUT_MILLISECONDS',
  ]) {
    for (const value of ['0', '-1', '1.5', 'none'])
      expect(() => settings({ [name]: value })).toThrow(`${name} must be`);
  }
  for (const url of ['redis', 'http://redis:6379', 'redis:6379']) {
    expect(() => settings({ REDIS_URL: url })).toThrow('REDIS_URL must be');
  }
});

const DAY = '2026-05-17';
const refuse: AllowLookups = async ({ lookups, missed }) => {
  throw new Error(`${lookups} lookups, ${missed} missed`);
};

describe('in memory', () => {
  test('each caller has their own number of requests, and learns when to retry', async () => {
    const one = limiter();
    expect(await letThrough([one], 'a', 8)).toBe(5);
    expect(await letThrough([one], 'b', 1)).toBe(1);
    const refused = await one.request('a').catch((error) => error);
    expect(refused.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      reason: 'REQUESTS',
      limit: 5,
      http: { status: 429 },
    });
    expect(refused.extensions.retryAfter).toBeGreaterThan(50);
    expect(refused.extensions.retryAfter).toBeLessThanOrEqual(60);
  });

  test('an operation over the remaining cost is refused, and cheaper ones are still answered', async () => {
    const one = limiter();
    await one.operation('a', 60);
    const refused = await one.operation('a', 41).catch((error) => error);
    expect(refused.extensions).toMatchObject({ code: 'RATE_LIMITED', reason: 'COST', cost: 41, limit: 100 });
    await one.operation('a', 40);
    await one.operation('a', 0);
    await expect(one.operation('a', 1)).rejects.toThrow();
  });

  test('new documents are counted separately from requests and cost', async () => {
    const one = limiter();
    for (let count = 0; count < 3; count += 1) await one.newText('a');
    const refused = await one.newText('a').catch((error) => error);
    expect(refused.extensions).toMatchObject({ code: 'RATE_LIMITED', reason: 'NEW_TEXTS', limit: 3 });
    await one.newText('b');
    await one.request('a');
    await one.operation('a', 100);
  });

  test('lookups are counted separately, and misses separately from them', async () => {
    const one = limiter();
    for (let count = 0; count < 3; count += 1) await one.lookup('a', DAY, refuse);
    const refused = await one.lookup('a', DAY, refuse).catch((error) => error);
    expect(refused.extensions).toMatchObject({ reason: 'MISSED_LOOKUPS', within: 'MINUTE', limit: 3 });
    // Refused requests do not count.
    await one.notMissed('a', DAY);
    await one.lookup('a', DAY, refuse);
    for (let count = 0; count < 2; count += 1) {
      await one.notMissed('a', DAY);
      await one.lookup('a', DAY, refuse);
    }
    await one.notMissed('a', DAY);
    const other = await one.lookup('a', DAY, refuse).catch((error) => error);
    expect(other.extensions).toMatchObject({ code: 'RATE_LIMITED', reason: 'LOOKUPS', within: 'MINUTE', limit: 6 });
    await one.lookup('b', DAY, refuse);
    await one.request('a');
  });

  test('beyond the day’s limits, lookups are allowed or refused with their numbers', async () => {
    const one = callerLimiter({
      limits: { ...LIMITS, lookups: { perMinute: 100, perDay: 3 }, missedLookups: { perMinute: 100, perDay: 2 } },
      log,
    });
    const find = async (allow: AllowLookups) => {
      await one.lookup('a', DAY, allow);
      await one.notMissed('a', DAY);
    };
    for (let count = 0; count < 3; count += 1) await find(refuse);
    await expect(find(refuse)).rejects.toThrow('4 lookups, 1 missed');
    await find(async () => undefined);
    await expect(find(refuse)).rejects.toThrow('5 lookups, 1 missed');
    for (let count = 0; count < 2; count += 1) await one.lookup('b', DAY, refuse);
    await expect(one.lookup('b', DAY, refuse)).rejects.toThrow('3 lookups, 3 missed');
    await one.lookup('b', '2026-05-18', refuse);
  });

  test('simultaneous lookups may miss no more often than successive ones', async () => {
    const one = limiter();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => one.lookup('a', DAY, refuse)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  test.each(['__proto__', 'constructor', 'toString', '', 'a:b'])(
    'a caller named %p is counted like any other',
    async (caller) => {
      expect(await letThrough([limiter()], caller, 7)).toBe(5);
    },
  );
});

const program = redisProgram();
(program === undefined ? describe.skip : describe)('in Redis', () => {
  let redis: TestRedis;
  let client: Redis;
  beforeAll(async () => {
    redis = await testRedis(program as NonNullable<typeof program>);
    client = new Redis(redis.url);
    client.on('error', () => undefined);
  });
  afterAll(async () => {
    client.disconnect();
    await redis.kill();
  });
  beforeEach(() => client.flushall());

  const connected = async (limiters: readonly CallerLimiter[]) => {
    for (const [index, one] of limiters.entries()) {
      // Counted in memory until it is connected.
      for (;;) {
        await one.operation(`probe ${index}`, 0);
        if ((await client.keys(`*cost:probe ${index}`)).length > 0) break;
      }
    }
    lines.length = 0;
  };

  test('gateways count together, in windows of a minute that expire', async () => {
    const both = [limiter(redis.url), limiter(redis.url)];
    await connected(both);
    expect(await letThrough(both, 'a', 12)).toBe(5);
    const [key = ''] = await client.keys('*requests:a');
    const left = await client.pttl(key);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
    await client.pexpire(key, 1);
    while ((await client.exists(key)) > 0);
    expect(await letThrough(both, 'a', 12)).toBe(5);

    for (let count = 0; count < 3; count += 1) await both[count % 2]?.lookup('a', DAY, refuse);
    await expect(both[1]?.lookup('a', DAY, refuse)).rejects.toMatchObject({ extensions: { reason: 'MISSED_LOOKUPS' } });
    expect(await client.get('unified-child-record:missed-lookups-day:2026-05-17:a')).toBe('3');
    expect(await client.pttl('unified-child-record:missed-lookups-day:2026-05-17:a')).toBeGreaterThan(86_000_000);
    await client.del('unified-child-record:missed-lookups-minute:a');
    await both[0]?.lookup('a', DAY, refuse);
    await client.del('unified-child-record:missed-lookups-minute:a');
    await expect(both[1]?.lookup('a', DAY, refuse)).rejects.toThrow('5 lookups, 5 missed');
    await client.del('unified-child-record:missed-lookups-minute:a');
    // A refused lookup is not counted, an allowed one is, and the next day begins anew.
    const asked: CountedLookups[] = [];
    await both[0]?.lookup('a', DAY, async (counted) => {
      asked.push(counted);
    });
    await client.del('unified-child-record:missed-lookups-minute:a');
    await both[1]?.lookup('a', '2026-05-18', refuse);
    expect(asked).toEqual([{ lookups: 5, missed: 5 }]);

    await both[0]?.operation('a', 60);
    await expect(both[1]?.operation('a', 41)).rejects.toThrow();
    await both[1]?.operation('a', 40);
    expect(lines).toEqual([]);
  });

  test('while it is down, each gateway counts alone, logs it once, and returns to shared counts afterwards', async () => {
    const one = limiter(redis.url);
    await connected([one]);
    expect(await letThrough([one], 'a', 7)).toBe(5);
    await redis.kill();
    expect(await letThrough([one], 'a', 12)).toBe(5);
    expect(lines).toEqual([
      expect.objectContaining({ level: 50, msg: expect.stringContaining('Redis does not answer') }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('127.0.0.1');

    await redis.start();
    await connected([one]);
    await client.set('unified-child-record:requests:b', 5, 'EX', 60);
    expect(await letThrough([one], 'b', 3)).toBe(0);
  });

  test('while it hangs, no request waits long, and the limits apply', async () => {
    const one = limiter(redis.url);
    await connected([one]);
    redis.pause();
    try {
      expect(await letThrough([one], 'c', 12)).toBe(5);
    } finally {
      redis.resume();
    }
    expect(lines).toHaveLength(1);
  });

  test('if it never answered, the limits apply', async () => {
    expect(await letThrough([limiter('redis://127.0.0.1:1')], 'd', 12)).toBe(5);
  });
});
