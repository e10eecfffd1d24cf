import type { GatewayConfig } from '@apollo/gateway';

/** The planner's own types, which the library exports only as the parameter of a callback. */
type Planned = Parameters<NonNullable<GatewayConfig['experimental_didResolveQueryPlan']>>[0];

export type QueryPlan = Planned['queryPlan'];
export type PlanNode = Exclude<NonNullable<QueryPlan['node']>, { readonly kind: 'Subscription' }>;
export type FetchNode = Extract<PlanNode, { readonly kind: 'Fetch' }>;
export type FlattenNode = Extract<PlanNode, { readonly kind: 'Flatten' }>;
export type RequiredSelection = NonNullable<FetchNode['requires']>[number];
export type Rewrite = NonNullable<FetchNode['inputRewrites']>[number];
