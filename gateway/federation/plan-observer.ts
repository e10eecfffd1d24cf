import { type CacheUse, uncounted } from '../../shared/telemetry/cache-use';

/** Watches the planner work. */
export interface PlanObserver {
  /** Hits and misses among the plans in memory. */
  readonly plans: CacheUse;
  /** Times one plan that is made anew. */
  planned<Plan>(plan: () => Promise<Plan>): Promise<Plan>;
}

/** @returns an observer that reports to nobody. */
export const unobservedPlans = (): PlanObserver => ({ plans: uncounted(), planned: (plan) => plan() });
