import type { Environment } from '../../shared/config/environment';

/** Limits of the gateway's calls to agencies: time, concurrency, retries and circuit breaker. */
export interface AgencyLimits {
  /** All calls to agencies for one request must end within this time after the request has arrived completely. */
  readonly requestMilliseconds: number;
  /** Number of further attempts to send a query to an agency that was unreachable. */
  readonly retries: number;
  /** Number of consecutive failures that open an agency's circuit breaker. */
  readonly breakerFaults: number;
  /** A circuit breaker stays open for this time, until one request tries again. */
  readonly breakerMilliseconds: number;
  /** Largest number of concurrent requests and connections to one agency (bulkhead). */
  readonly concurrent: number;
  /** Largest number of further requests that wait for one of them to end. */
  readonly queued: number;
  /** Largest body of an answer, in bytes. */
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
