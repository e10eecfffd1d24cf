import type { Rule } from './rule';

/** Schemas, catalogues, rules, cases and agreements can be read, and say only what they may. */
export const understood: Rule = ({ after }) => [...after.agencies.values()].flatMap(({ findings }) => findings);
