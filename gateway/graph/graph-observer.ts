import type { CacheUse } from '../../shared/telemetry/cache-use';
import type { PlanObserver } from '../federation/plan-observer';

/** Observes the caches of the active graph, and which graph is active. */
export interface GraphObserver extends PlanObserver {
  /** Hits and misses among prepared documents. */
  readonly documents: CacheUse;
  /** Hits and misses among operations that are filtered for a kind of caller. */
  readonly filtered: CacheUse;
  /** @param rules version of the rules. @param supergraph hash of the supergraph. */
  serves(rules: string, supergraph: string): void;
}
