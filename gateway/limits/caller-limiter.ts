import Redis from 'ioredis';
import type { Logger } from 'pino';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { failure } from '../../shared/protocol/errors';

/** Limits of one caller, per minute unless stated otherwise. */
export interface CallerLimits {
  readonly requests: number;
  /** Total cost of all operations. */
  readonly cost: number;
  /** Operation texts that this gateway has not seen yet: each has to be parsed, validated and planned. */
  readonly newTexts: number;
  /** Children looked up by ID number. */
  readonly lookups: LookupLimit;
  /** Lookups that found nobody. */
  readonly missedLookups: LookupLimit;
}

export interface LookupLimit {
  readonly perMinute: number;
  /** On one day in China; beyond it, the governance centre decides. */
  readonly perDay: number;
}

/** A caller's lookups by ID number on one day in China, the present one included. */
export interface CountedLookups {
  readonly lookups: number;
  /** Those that found nobody, or are not answered yet. */
  readonly missed: number;
}

/** Decides about a lookup beyond the day's limits. @throws if it is refused. */
export type AllowLookups = (counted: CountedLookups) => Promise<void>;

/** Counts the requests of callers by their `sub`. */
export interface CallerLimiter {
  /** Counts a request. @throws RATE_LIMITED */
  request(caller: string): Promise<void>;
  /** Counts a text that has to be parsed, validated and planned. @throws RATE_LIMITED */
  newText(caller: string): Promise<void>;
  /**
   * Counts a lookup, and counts it as missed until `notMissed`, so that concurrent lookups cannot exceed the limit
   * together. A refused lookup is not counted.
   *
   * @param day in China: `2026-05-17`.
   * @param allow asked beyond the day's limits.
   * @throws RATE_LIMITED; the errors of `allow`.
   */
  lookup(caller: string, day: string, allow: AllowLookups): Promise<void>;
  /** Stops counting a lookup as missed. */
  notMissed(caller: string, day: string): Promise<void>;
  /** Counts the cost of an operation; a refused one is not counted. @throws RATE_LIMITED */
  operation(caller: string, cost: number): Promise<void>;
  close(): Promise<void>;
}

export interface CallerLimiterOptions {
  readonly limits: CallerLimits;
  /**
   * `redis://` or `rediss://` URL of the Redis in which all gateways count together. Without it, each gateway counts
   * alone.
   */
  readonly redisUrl?: string | undefined;
  readonly log: Logger;
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 60 * 60;

/** Timeout of a Redis command; the usual one takes less than a millisecond. */
const REDIS_DEADLINE_MILLISECONDS = 250;

/** How long Redis is not asked after it has failed to answer. */
const REST_MILLISECONDS = 1_000;

const KEY_PREFIX = 'unified-child-record';

/**
 * Counts in windows of a minute or a day that begin with a caller's first request. While Redis does not answer, this
 * process counts in its own memory with the same limits: requests are never left uncounted.
 */
export function callerLimiter({ limits, redisUrl, log }: CallerLimiterOptions): CallerLimiter {
  const redis = redisUrl === undefined ? undefined : sharedCounts(redisUrl, log);
  const requests = counter('requests', limits.requests, redis);
  const costs = counter('cost', limits.cost, redis);
  const newTexts = counter('new-texts', limits.newTexts, redis);
  const lookups = lookupCounters('lookups', 'LOOKUPS', limits.lookups, redis);
  const missed = lookupCounters('missed-lookups', 'MISSED_LOOKUPS', limits.missedLookups, redis);
  return {
    async request(caller) {
      const refused = await requests.count(caller, 1);
      if (refused !== undefined) throw tooMuch(refused, { reason: 'REQUESTS', limit: limits.requests });
    },
    async newText(caller) {
      const refused = await newTexts.count(caller, 1);
      if (refused !== undefined) throw tooMuch(refused, { reason: 'NEW_TEXTS', limit: limits.newTexts });
    },
    async lookup(caller, day, allow) {
      const both = [lookups, missed];
      const perMinute = await Promise.all(both.map(({ minute }) => minute.count(caller, 1)));
      const perDay = await Promise.all(both.map((one) => one.day.count(caller, day, 1)));
      const takeBack = () =>
        Promise.all(both.flatMap((one) => [one.minute.takeBack(caller, 1), one.day.takeBack(caller, day, 1)]));
      const full = both.flatMap(({ told }, index) => {
        const refused = perMinute[index];
        return refused === undefined ? [] : [{ told, refused }];
      });
      const [longest] = full.sort((one, other) => other.refused.msBeforeNext - one.refused.msBeforeNext);
      if (longest !== undefined) {
        await takeBack();
        throw tooMuch(longest.refused, longest.told);
      }
      const [asked, missing] = perDay;
      if (asked?.within !== false && missing?.within !== false) return;
      try {
        await allow({ lookups: asked?.counted ?? 0, missed: missing?.counted ?? 0 });
      } catch (error) {
        await takeBack();
        throw error;
      }
    },
    async notMissed(caller, day) {
      await Promise.all([missed.minute.takeBack(caller, 1), missed.day.takeBack(caller, day, 1)]);
    },
    async operation(caller, cost) {
      const refused = await costs.count(caller, cost);
      if (refused === undefined) return;
      await costs.takeBack(caller, cost);
      throw tooMuch(refused, { reason: 'COST', cost, limit: limits.cost });
    },
    async close() {
      redis?.client.disconnect();
    },
  };
}

// Private:

function tooMuch({ msBeforeNext }: RateLimiterRes, told: Record<string, unknown>) {
  return failure('RATE_LIMITED', undefined, { ...told, retryAfter: Math.max(1, Math.ceil(msBeforeNext / 1_000)) });
}

function lookupCounters(
  name: string,
  reason: string,
  { perMinute, perDay }: LookupLimit,
  redis: SharedCounts | undefined,
) {
  const days = counter(`${name}-day`, perDay, redis, DAY_SECONDS);
  const keyOf = (caller: string, day: string) => `${day}:${caller}`;
  return {
    told: { reason, within: 'MINUTE', limit: perMinute },
    minute: counter(`${name}-minute`, perMinute, redis),
    day: {
      /** @returns how many are counted on the day, and whether these are within the limit. */
      count: async (caller: string, day: string, number: number) => {
        const { consumedPoints } = await days.result(keyOf(caller, day), number);
        return { counted: consumedPoints, within: consumedPoints <= perDay };
      },
      takeBack: (caller: string, day: string, number: number) => days.takeBack(keyOf(caller, day), number),
    },
  };
}

function counter(name: string, points: number, redis: SharedCounts | undefined, duration = MINUTE_SECONDS) {
  const options = { points, duration, keyPrefix: `${KEY_PREFIX}:${name}` };
  const memory: RateLimiterAbstract = new RateLimiterMemory(options);
  const shared = redis && new RateLimiterRedis({ ...options, storeClient: redis.client, rejectIfRedisNotReady: true });
  const inEither = <Result>(work: (limiter: RateLimiterAbstract) => Promise<Result>): Promise<Result> =>
    redis === undefined || shared === undefined
      ? work(memory)
      : redis.or(
          () => work(shared),
          () => work(memory),
        );
  /** Counts, and returns the new count even if it exceeds the limit. */
  const result = (caller: string, number: number): Promise<RateLimiterRes> =>
    inEither((limiter) =>
      limiter.consume(caller, number).catch((refused: unknown) => {
        if (refused instanceof RateLimiterRes) return refused;
        throw refused;
      }),
    );
  return {
    result,
    /** @returns the refusal, with the time until the window ends, if this exceeded the limit. */
    count: async (caller: string, number: number): Promise<RateLimiterRes | undefined> => {
      const counted = await result(caller, number);
      return counted.consumedPoints > points ? counted : undefined;
    },
    takeBack: (caller: string, number: number) => inEither((limiter) => limiter.reward(caller, number)),
  };
}

interface SharedCounts {
  readonly client: Redis;
  /** Runs `shared`, or `alone` if Redis does not answer or has recently failed to. */
  or<Result>(shared: () => Promise<Result>, alone: () => Promise<Result>): Promise<Result>;
}

function sharedCounts(url: string, log: Logger): SharedCounts {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    commandTimeout: REDIS_DEADLINE_MILLISECONDS,
    retryStrategy: () => REST_MILLISECONDS,
  });
  // Failed commands report it.
  client.on('error', () => undefined);
  let failedAt = Number.NEGATIVE_INFINITY;
  let answering = true;
  return {
    client,
    async or(shared, alone) {
      if (performance.now() - failedAt < REST_MILLISECONDS) return alone();
      try {
        const result = await shared();
        if (!answering) log.info('rate limits are counted in Redis again');
        answering = true;
        return result;
      } catch (error) {
        failedAt = performance.now();
        if (answering) {
          log.error(
            { cause: (error as Error).name },
            'Redis does not answer; rate limits are counted by this gateway alone',
          );
        }
        answering = false;
        return alone();
      }
    },
  };
}
