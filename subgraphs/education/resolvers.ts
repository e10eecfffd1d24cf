import { failure } from '../../shared/protocol/errors';
import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Context, Resolvers } from './resolvers.types';

/** How long the register keeps attendance. */
const MONTHS_KEPT = 24;

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => resourceOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    enrolment: ({ id }, _, { load }) => load.enrolment.load(id),
    school: async ({ id }, _, { load }) => (await load.enrolment.load(id))?.school ?? null,
    attendance: async ({ id }, { months }, { load }) => {
      if (months === null || months < 1 || months > MONTHS_KEPT) {
        throw failure('BAD_USER_INPUT', `"months" must be between 1 and ${MONTHS_KEPT}.`, { argument: 'months' });
      }
      return (await load.attendance.load(id)).slice(0, months);
    },
    dropoutAlerts: ({ id }, _, { load }) => load.dropoutAlerts.load(id),
    bullyingReports: ({ id }, _, { load }) => load.bullyingReports.load(id),
    wellbeingScreening: ({ id }, _, { load }) => load.wellbeingScreening.load(id),
    specialNeedsPlan: ({ id }, _, { load }) => load.specialNeedsPlan.load(id),
  },
};
