import type { GraphQLFormattedError } from 'graphql';
import type { QueryPlan } from '../execution/plan';

/** The data that a planning thread starts with. */
export interface PlanningGraph {
  /** Without security features, which the planner refuses. */
  readonly supergraphSdl: string;
  /** Whether to plan fetches for the objects of some types at a place (`@|[Pupil]`), not for all objects there. */
  readonly byType: boolean;
}

/** A planning thread's message when it is ready or has failed to start. */
export type PlanningStart =
  | {
      /** The schema that clients see. */
      readonly apiSdl: string;
    }
  | { readonly refusal: string };

/** Work on an operation whose time grows faster than its text. */
export type PlanningTask =
  | { readonly kind: 'validate'; readonly query: string }
  | {
      readonly kind: 'plan';
      readonly query: string;
      readonly operationName: string | undefined;
      /** As sent, because the library validates them; plans do not depend on them. */
      readonly variables: Readonly<Record<string, unknown>>;
    };

/** The result of a task. Plans are JSON, which is faster than structured cloning. */
export type PlanningResult =
  | { readonly kind: 'validate'; readonly faults: readonly GraphQLFormattedError[] }
  | { readonly kind: 'plan'; readonly plan: string }
  | { readonly kind: 'refused'; readonly message: string };

/** Parses a plan. */
export const planOf = (json: string): QueryPlan => JSON.parse(json) as QueryPlan;
