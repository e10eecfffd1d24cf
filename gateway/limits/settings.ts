import type { Environment } from '../../shared/config/environment';
import type { CallerLimits, LookupLimit } from './caller-limiter';

export interface LimitSettings {
  /** How long a client may take to send its request. */
  readonly requestMilliseconds: number;
  /** Highest cost of one operation. */
  readonly operationCost: number;
  readonly caller: CallerLimits;
  /** Requests that one address may have refused in a minute before their caller is known. */
  readonly addressRefusals: number;
  /** URL of the Redis in which all gateways count together. */
  readonly redisUrl: string | undefined;
}

/**
 * The day's numbers are those below which the governance centre is not asked; practices allow no fewer. With ten misses a
 * day, trying the 500 candidates for a masked number takes 50 days, and shows in every day's digest.
 */
const LOOKUP_LIMITS = {
  lookups: { perMinute: 30, perDay: 10 },
  missedLookups: { perMinute: 10, perDay: 3 },
};

export const DEFAULT_LIMITS: LimitSettings = {
  requestMilliseconds: 30_000,
  // A page of 200 children with every field of every agency costs 65,000.
  operationCost: 100_000,
  caller: { requests: 600, cost: 2_000_000, newTexts: 120, ...LOOKUP_LIMITS },
  addressRefusals: 1_000,
  redisUrl: undefined,
};

const LARGEST = 1_000_000_000;

/** Adds faults to the environment. */
export function limitSettings(environment: Environment): LimitSettings {
  const { requestMilliseconds, operationCost, caller, addressRefusals } = DEFAULT_LIMITS;
  const redisUrl = environment.secret('REDIS_URL');
  if (redisUrl !== undefined && !(URL.canParse(redisUrl) && /^rediss?:\/\/./.test(redisUrl))) {
    environment.fault('REDIS_URL must be a URL like redis://redis:6379.');
  }
  return {
    requestMilliseconds: environment.integer('REQUEST_TIMEOUT_MILLISECONDS', requestMilliseconds, 100, 600_000),
    operationCost: environment.integer('OPERATION_COST_LIMIT', operationCost, 1, LARGEST),
    caller: {
      requests: environment.integer('CALLER_REQUESTS_PER_MINUTE', caller.requests, 1, LARGEST),
      cost: environment.integer('CALLER_COST_PER_MINUTE', caller.cost, 1, LARGEST),
      newTexts: environment.integer('CALLER_NEW_TEXTS_PER_MINUTE', caller.newTexts, 1, LARGEST),
      lookups: lookupLimit(environment, 'LOOKUPS', caller.lookups),
      missedLookups: lookupLimit(environment, 'MISSED_LOOKUPS', caller.missedLookups),
    },
    addressRefusals: environment.integer('ADDRESS_REFUSALS_PER_MINUTE', addressRefusals, 1, LARGEST),
    redisUrl,
  };
}

// Private:

function lookupLimit(environment: Environment, name: string, { perMinute, perDay }: LookupLimit): LookupLimit {
  return {
    perMinute: environment.integer(`CALLER_${name}_PER_MINUTE`, perMinute, 1, LARGEST),
    perDay: environment.integer(`CALLER_${name}_PER_DAY`, perDay, 1, LARGEST),
  };
}
