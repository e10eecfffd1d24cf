import type { Environment } from '../../shared/config/environment';

/** Limits of the gateway's calls to agencies: time, concurrency, retries and circuit breaker. */
export interface AgencyLimits {
  /** All calls to agencies for one request must end within this time after the request has arrived completely. */
  readonly requestMilliseconds: number;
  /** A query whose agency was unreachable is sent again so many times. */
  readonly retries: number;
  /** So many consecutive failures open the circuit breaker of an agency. */
  readonly breakerFaults: number;
  /** A circuit breaker stays open for this time, until one request tries again. */
  readonly breakerMilliseconds: number;
  /** One agency has at most so many concurrent requests and connections (bulkhead). */
  readonly concurrent: number;
  /** So many further requests may wait for one of them to end. */
  readonly queued: number;
  /** The body of an answer has at most so many bytes. */
  readonly responseBytes: number;
}

const MEGABYTE = 1024 * 1024;

export const DEFAULT_AGENCY_LIMITS: AgencyLimits = {
  requestMilliseconds: 5_000,
  retries: 1,
  breakerFaults: 5,
  breakerMilliseconds: 5_000,
  concurrent: 64,
  queued: 128,
  responseBytes: 32 * MEGABYTE,
};

const VARIABLES = [
  'AGENCY_RETRIES',
  'AGENCY_BREAKER_FAULTS',
  'AGENCY_BREAKER_MILLISECONDS',
  'AGENCY_CONCURRENT',
  'AGENCY_QUEUED',
  'AGENCY_RESPONSE_MEGABYTES',
] as const;

/** Reports faulty settings to the environment. */
export function agencyLimits(environment: Environment): AgencyLimits {
  const standard = DEFAULT_AGENCY_LIMITS;
  environment.refuseUnknown('AGENCY_', VARIABLES);
  return {
    requestMilliseconds: environment.integer(
      'REQUEST_DEADLINE_MILLISECONDS',
      standard.requestMilliseconds,
      100,
      120_000,
    ),
    retries: environment.integer('AGENCY_RETRIES', standard.retries, 0, 3),
    breakerFaults: environment.integer('AGENCY_BREAKER_FAULTS', standard.breakerFaults, 1, 1_000),
    breakerMilliseconds: environment.integer('AGENCY_BREAKER_MILLISECONDS', standard.breakerMilliseconds, 100, 600_000),
    concurrent: environment.integer('AGENCY_CONCURRENT', standard.concurrent, 1, 1_000),
    queued: environment.integer('AGENCY_QUEUED', standard.queued, 0, 10_000),
    responseBytes:
      environment.integer('AGENCY_RESPONSE_MEGABYTES', standard.responseBytes / MEGABYTE, 1, 512) * MEGABYTE,
  };
}
