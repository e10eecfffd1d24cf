import { type CacheUse, uncounted } from '../../shared/telemetry/cache-use';

/** Observes planning for metrics and traces. */
export interface PlanObserver {
  /** Hits and misses of cached plans. */
  readonly plans: CacheUse;
  /** Times the planning of one operation. */
  planned<Plan>(plan: () => Promise<Plan>): Promise<Plan>;
}

/** @returns an observer without any effect. */
export const unobservedPlans = (): PlanObserver => ({ plans: uncounted(), planned: (plan) => plan() });
