import type { Resolvers } from '../resolvers.types';

export const assessmentTypes = {
  OpenedAssessment: {
    id: (row) => row.assessment_id,
    reference: (row) => `assessment/${row.assessment_id}`,
  },
} satisfies Pick<Resolvers, 'OpenedAssessment'>;
