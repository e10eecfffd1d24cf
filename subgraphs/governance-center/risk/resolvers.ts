import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { resourceOfChildIn, resourceOfChildNamed } from '../children/attributes';
import type { Context } from '../context';
import type { ChildResolvers, Resolvers } from '../resolvers.types';
import type { RiskProposalRow, RiskVisitRow } from './data';

/** Finds the attributes by which rules decide about risk. */
export const riskFinders: ResourceFinders<Context> = {
  RiskVisit: async (row: RiskVisitRow, context) => {
    const child = await resourceOfChildIn(row, context);
    return child && { ...child, writtenFor: row.written_for };
  },
  RiskProposal: ({ child_id }: RiskProposalRow, context) => resourceOfChildNamed(child_id, context),
};

/** Fields of `Child`. */
export const riskOfChild = {
  risk: async ({ id }, _, { load }) => (await load.riskAssessments.load(id)).find(({ in_force }) => in_force) ?? null,
  riskProposal: async ({ id }, _, { load }) =>
    (await load.riskProposals.load(id)).find(({ settled_at }) => settled_at === null) ?? null,
  riskHistory: ({ id }, _, { load }) => load.riskAssessments.load(id),
} satisfies Partial<ChildResolvers>;

export const riskTypes = {
  RiskAssessment: {
    visits: async ({ assessment_key, child_id }, _, { load }) =>
      (await load.riskVisits.load(assessment_key)).map((visit) => ({ ...visit, child_id })),
  },
  RiskVisit: {
    by: (row) => row.visited_by,
  },
  RiskProposal: {
    id: (row) => row.proposal_id,
  },
} satisfies Pick<Resolvers, 'RiskAssessment' | 'RiskVisit' | 'RiskProposal'>;
