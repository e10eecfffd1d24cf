import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
} from 'cockatiel';
import type { SubgraphRequest, SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { AgencyFault, type FaultReason } from '../request/agency-fault';
import type { Deadline } from '../request/deadline';
import type { AgencyLimits } from './agency-limits';
import type { Terms, Transport } from './transport';

export const BREAKER_STATES = ['closed', 'half-open', 'open'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** The outcome of a call: an answer, or the reason why there is none. */
export type AgencyOutcome = 'ANSWERED' | FaultReason;

/** Observes agencies for metrics. Called during requests: must be fast and must not throw. */
export interface AgencyObserver {
  /** Called once for each call, including its retries. */
  readonly onOutcome?: (agency: string, outcome: AgencyOutcome, milliseconds: number) => void;
  readonly onBreaker?: (agency: string, state: BreakerState) => void;
}

/** Delays between tries, in milliseconds: random, and growing with each try. */
const BACKOFF = { initialDelay: 20, maxDelay: 200 };

/** A time-out counts as a failure of the agency only if it had at least this share of the request's time. */
const FAIR_SHARE = 0.5;

/**
 * Keeps the outage of one agency from affecting others. Within the request's deadline, it retries queries that did not reach
 * the agency; after consecutive failures a circuit breaker rejects calls for a while, then lets one through; a bulkhead limits
 * concurrent calls and those that wait.
 */
export function reliableTransport(
  agency: string,
  transport: Transport,
  limits: AgencyLimits,
  { onOutcome, onBreaker }: AgencyObserver = {},
): Transport {
  const places = bulkhead(limits.concurrent, limits.queued);
  const breaker = circuitBreaker(
    // The trial call of a half-open breaker must succeed, whatever the cause of its failure.
    handleWhen((error) => (error as AgencyFault).ofAgency || breaker.state === CircuitState.HalfOpen),
    { halfOpenAfter: limits.breakerMilliseconds, breaker: new ConsecutiveBreaker(limits.breakerFaults) },
  );
  if (onBreaker !== undefined) breaker.onStateChange((state) => onBreaker(agency, STATE_NAMES[state]));
  const repeating = retry(
    handleWhen((error) => error instanceof RetriableFault),
    { maxAttempts: limits.retries, backoff: new ExponentialBackoff(BACKOFF) },
  );

  const ask = (request: SubgraphRequest, terms: Terms): Promise<SubgraphResponse> => {
    // During the trial call, others are rejected instead of waiting for it.
    if (breaker.state === CircuitState.HalfOpen) return Promise.reject(new AgencyFault('CIRCUIT_OPEN'));
    return breaker.execute(() => places.execute(() => sendOnce(request, terms)));
  };
  const sendOnce = async (request: SubgraphRequest, terms: Terms): Promise<SubgraphResponse> => {
    const { left, milliseconds } = terms.deadline;
    // The deadline passed while the call waited for a place.
    if (left <= 0) throw new AgencyFault('TIMED_OUT', undefined, false);
    let response: SubgraphResponse;
    try {
      response = await transport.send(request, terms);
    } catch (error) {
      throw faultOf(AgencyFault.from(error), left >= milliseconds * FAIR_SHARE, terms.deadline);
    }
    const fault = faultOfStatus(response.status);
    if (fault !== undefined) throw faultOf(fault, true, terms.deadline);
    return response;
  };

  return {
    async send(request, terms) {
      const { deadline, repeatable, faultIn } = terms;
      const began = onOutcome === undefined ? 0 : performance.now();
      let outcome: AgencyOutcome = 'ANSWERED';
      try {
        const asking = () => ask(request, terms);
        const response = await deadline.within(repeatable ? repeating.execute(asking) : asking());
        const reason = faultIn?.(response);
        if (reason !== undefined) throw new AgencyFault(reason, 'SHAPE');
        return response;
      } catch (error) {
        const fault = ownFault(error);
        outcome = fault.reason;
        throw fault;
      } finally {
        onOutcome?.(agency, outcome, performance.now() - began);
      }
    },
    close: () => transport.close(),
  };
}

const STATE_NAMES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/** The agency was unreachable, and there is time to try again. */
class RetriableFault extends AgencyFault {}

function faultOf(fault: AgencyFault, hadFairShare: boolean, deadline: Deadline): AgencyFault {
  const { reason, detail } = fault;
  if (reason === 'TIMED_OUT') return new AgencyFault(reason, detail, hadFairShare);
  if (reason === 'UNREACHABLE' && deadline.left > BACKOFF.maxDelay)
    return new RetriableFault(reason, detail, fault.ofAgency);
  return fault;
}

function faultOfStatus(status: number): AgencyFault | undefined {
  if (status === 200 || status === 400) return undefined;
  if (status === 401) return new AgencyFault('REFUSED');
  if (status === 502 || status === 503 || status === 504) return new AgencyFault('UNREACHABLE', `HTTP_${status}`);
  return new AgencyFault('FAULTY_ANSWER', `HTTP_${status}`, status >= 500);
}

function ownFault(error: unknown): AgencyFault {
  if (error instanceof BrokenCircuitError) return new AgencyFault('CIRCUIT_OPEN');
  if (error instanceof BulkheadRejectedError) return new AgencyFault('OVERLOADED');
  return AgencyFault.from(error);
}
