import type { GraphQLFormattedError } from 'graphql';
import type { QueryPlan } from '../execution/plan';

/** What a planning thread is begun with. */
export interface PlanningGraph {
  /** Without security features, which the planner refuses. */
  readonly supergraphSdl: string;
}

/** What a planning thread says once it is ready, or cannot be. */
export type PlanningStart =
  | {
      /** The schema that clients see. */
      readonly apiSdl: string;
    }
  | { readonly refusal: string };

/** Work on the text of an operation whose time grows faster than the text. */
export type PlanningTask =
  | { readonly kind: 'validate'; readonly query: string }
  | {
      readonly kind: 'plan';
      readonly query: string;
      readonly operationName: string | undefined;
      /** As sent, for the library looks whether they fit; plans do not depend on them. */
      readonly variables: Readonly<Record<string, unknown>>;
    };

/** What comes of a task. Plans come as JSON, which is read faster than a clone is made. */
export type PlanningResult =
  | { readonly kind: 'validate'; readonly faults: readonly GraphQLFormattedError[] }
  | { readonly kind: 'plan'; readonly plan: string }
  | { readonly kind: 'refused'; readonly message: string };

/** A plan as it was written. */
export const planOf = (json: string): QueryPlan => JSON.parse(json) as QueryPlan;
