import type { Rule } from './rule';

/** Schemas, catalogues, rules, cases and agreements must be readable and valid. */
export const understood: Rule = ({ after }) => [...after.agencies.values()].flatMap(({ findings }) => findings);
