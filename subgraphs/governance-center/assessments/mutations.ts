import { randomUUID } from 'node:crypto';
import { at, todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfChildNamed } from '../children/attributes';
import { resourceOfClue } from '../clues/attributes';
import type { Context } from '../context';
import { dutyOf } from '../duties/duty-of';
import { impersonal, notFound } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { lockOfficer, refuseBeyond } from '../openings/allowance';
import { milliseconds } from '../procedures/duration';
import type { MutationResolvers } from '../resolvers.types';
import type { OpenAssessmentInput } from '../schema.types';
import type { OpenedAssessmentRow } from './data';

/** 研判: a case worker opens the assessment of one child, on a ground and under a standing duty. */

export const assessmentMutationFinders: ResourceFinders<Context> = {
  'Mutation.openAssessment': async ({ input }: { readonly input: OpenAssessmentInput }, context) => {
    if (input.child != null) return resourceOfChildNamed(input.child, context);
    return input.clue == null ? null : resourceOfClue(await byUuid(context.load.clue, input.clue));
  },
};

export const assessmentMutations = {
  openAssessment: mutation(
    async (work: Work<OpenAssessmentInput>) => {
      const { transaction, input, caller, agency, now, practices, context } = work;
      if ((input.child == null) === (input.clue == null)) {
        throw failure('BAD_USER_INPUT', 'Name either a child or a clue.', { argument: 'input.clue' });
      }
      const note = impersonal(input.note, 'note');
      const about = await named(input, context);
      const duty = await dutyOf({ kind: 'ASSESSMENT', region: about.region }, context);
      if (duty === null) throw failure('DUTY_REQUIRED');
      const { child_id, clue_id } = about;
      await lockOfficer(transaction, caller);
      await refuseBeyond(transaction, work, 'RISK_ASSESSMENT', await assessedToday(work, child_id ?? clue_id));
      const assessment_id = randomUUID();
      await table(transaction, 'opened_assessment').insert({
        assessment_id,
        officer: caller.sub,
        agency,
        region: caller.region,
        duty_id: duty.duty_id,
        child_id,
        clue_id,
        ground: input.ground,
        note,
        opened_at: now,
        expires_at: new Date(now.getTime() + milliseconds(practices.for(about.region, now).openings.assessments.lasts)),
      });
      return { assessment_id };
    },
    ({ assessment_id }, { load }) => load.openedAssessment.load(assessment_id),
  ),
} satisfies Partial<MutationResolvers>;

/** How many children and clues the officer has opened today, with this one. */
async function assessedToday(
  { transaction, caller, agency, now }: Work<OpenAssessmentInput>,
  about: string | null,
): Promise<number> {
  const today: readonly Pick<OpenedAssessmentRow, 'child_id' | 'clue_id'>[] = await table(
    transaction,
    'opened_assessment',
  )
    .where({ officer: caller.sub, agency })
    .where('opened_at', '>=', at(todayInChina(now.getTime()), '00:00'))
    .select('child_id', 'clue_id');
  return new Set([...today.map(({ child_id, clue_id }) => child_id ?? clue_id), about]).size;
}

/** The child or clue to assess. The guard has found it. */
async function named(
  { child, clue }: OpenAssessmentInput,
  { load }: Context,
): Promise<Pick<OpenedAssessmentRow, 'child_id' | 'clue_id'> & { readonly region: string }> {
  if (clue != null) {
    const row = await byUuid(load.clue, clue);
    if (row === null) throw notFound('clue');
    return { child_id: null, clue_id: row.clue_id, region: row.region };
  }
  const row = await load.child.load(child ?? '');
  if (row === null) throw notFound('child');
  return { child_id: row.child_id, clue_id: null, region: row.region };
}
