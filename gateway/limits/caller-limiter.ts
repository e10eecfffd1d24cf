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
  /** In 24 hours. */
  readonly perDay: number;
}

/** Counts the requests of callers by their `sub`. */
export interface CallerLimiter {
  /** Counts a request. @throws RATE_LIMITED */
  request(caller: string): Promise<void>;
  /** Counts a text that has to be parsed, validated and planned. @throws RATE_LIMITED */
  newText(caller: string): Promise<void>;
  /**
   * Counts a lookup, and counts it as missed until `notMissed`, so that concurrent lookups cannot exceed the limit
   * together. A refused lookup is not counted. @throws RATE_LIMITED
   */
  lookup(caller: string): Promise<void>;
  /** Stops counting a lookup as missed. */
  notMissed(caller: string): Promise<void>;
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
  const lookupWindows = (name: string, reason: string, { perMinute, perDay }: LookupLimit) =>
    [
      { within: 'MINUTE', limit: perMinute, seconds: MINUTE_SECONDS },
      { within: 'DAY', limit: perDay, seconds: DAY_SECONDS },
    ].map(({ within, limit, seconds }) => ({
      told: { reason, within, limit },
      counter: counter(`${name}-${within.toLowerCase()}`, limit, redis, seconds),
    }));
  const lookups = lookupWindows('lookups', 'LOOKUPS', limits.lookups);
  const missed = lookupWindows('missed-lookups', 'MISSED_LOOKUPS', limits.missedLookups);
  return {
    async request(caller) {
      const refused = await requests.count(caller, 1);
      if (refused !== undefined) throw tooMuch(refused, { reason: 'REQUESTS', limit: limits.requests });
    },
    async newText(caller) {
      const refused = await newTexts.count(caller, 1);
      if (refused !== undefined) throw tooMuch(refused, { reason: 'NEW_TEXTS', limit: limits.newTexts });
    },
    async lookup(caller) {
      const windows = [...lookups, ...missed];
      const counted = await Promise.all(windows.map(({ counter }) => counter.count(caller, 1)));
      const full = windows.flatMap(({ told }, index) => {
        const refused = counted[index];
        return refused === undefined ? [] : [{ told, refused }];
      });
      const [longest] = full.sort((one, other) => other.refused.msBeforeNext - one.refused.msBeforeNext);
      if (longest === undefined) return;
      await Promise.all(windows.map(({ counter }) => counter.takeBack(caller, 1)));
      throw tooMuch(longest.refused, longest.told);
    },
    async notMissed(caller) {
      await Promise.all(missed.map(({ counter }) => counter.takeBack(caller, 1)));
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
  return {
    /** @returns the refusal, with the time until the window ends, if this exceeded the limit. */
    count: (caller: string, number: number): Promise<RateLimiterRes | undefined> =>
      inEither((limiter) =>
        limiter.consume(caller, number).then(
          () => undefined,
          (refused: unknown) => {
            if (refused instanceof RateLimiterRes) return refused;
            throw refused;
          },
        ),
      ),
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
