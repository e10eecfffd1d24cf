import type { QueryPlan } from '@apollo/query-planner';

export type { QueryPlan };
export type PlanNode = Exclude<NonNullable<QueryPlan['node']>, { readonly kind: 'Subscription' }>;
export type FetchNode = Extract<PlanNode, { readonly kind: 'Fetch' }>;
export type FlattenNode = Extract<PlanNode, { readonly kind: 'Flatten' }>;
export type Requirement = NonNullable<FetchNode['requires']>[number];
export type Rewrite = NonNullable<FetchNode['inputRewrites']>[number];
