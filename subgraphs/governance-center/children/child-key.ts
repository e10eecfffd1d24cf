import type { ChildKey } from '../../../shared/subgraph/child-reference';

/** The key by which another type refers to a child. */
export const keyOf = ({ child_id }: { readonly child_id: string }): ChildKey => ({ id: child_id });
