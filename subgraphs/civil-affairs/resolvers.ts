import type { RecordFinders } from '../../shared/access/record-finders';
import { type ChildKey, childReference, recordOfChild } from '../../shared/child-reference';
import type { Resolvers, SubgraphContext } from '../../shared/subgraph-definition';
import type { AssessmentRow, BenefitRow, HomeVisitRow, Loaders } from './data';

type Context = SubgraphContext<Loaders>;

export const records: RecordFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => recordOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers<Context> = {
  Child: {
    __resolveReference: childReference,
    welfare: ({ id }: ChildKey, _, { load }) => load.welfare.load(id),
    // The container stands where either of its parts does, so that its presence says nothing more than they do.
    guardianship: async ({ id }: ChildKey, _, { load }) => {
      const [assessment, temporary] = await Promise.all([
        load.assessment.load(id),
        load.temporaryGuardianship.load(id),
      ]);
      return assessment === null && temporary === null ? null : { assessment, temporary };
    },
    benefits: ({ id }: ChildKey, _, { load }) => load.benefits.load(id),
    homeVisits: ({ id }: ChildKey, _, { load }) => load.homeVisits.load(id),
  },
  GuardianshipAssessment: {
    assessedAt: (row: AssessmentRow) => row.assessed_at,
    nextDue: (row: AssessmentRow) => row.next_due,
  },
  Benefit: {
    monthlyAmount: (row: BenefitRow) => row.monthly_amount,
  },
  HomeVisit: {
    visitedAt: (row: HomeVisitRow) => row.visited_at,
    nextDue: (row: HomeVisitRow) => row.next_due,
  },
};
