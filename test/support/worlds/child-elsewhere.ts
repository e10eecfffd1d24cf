import { DEMO_CALLERS } from '../../../gateway/embedded/demo-callers';
import { childIdOf, STORY } from '../databases';
import { ASKERS, type Asker } from './askers';
import { ownerOf, type World } from './world';

/** A child without a record until the neighbouring county registers them. */
export const CHILD_ELSEWHERE = { idNumber: STORY.nobody, child: childIdOf(STORY.nobody) };

const COUNTY = '990101';
const NEIGHBOURING_VILLAGE = '990102001001';

/** Callers who may not know of them: all of the county. */
export const NOT_KNOWING: readonly Asker[] = ASKERS.filter(({ caller }) =>
  DEMO_CALLERS.some(({ sub, region }) => sub === caller && region.startsWith(COUNTY)),
);

/** Runs work in the world with this child. */
export async function withChildElsewhere<Result>({ owners }: World, work: () => Promise<Result>): Promise<Result> {
  const register = () => ownerOf(owners, 'governance-center')('base.child');
  await register().insert({ child_id: CHILD_ELSEWHERE.child, region: NEIGHBOURING_VILLAGE });
  try {
    return await work();
  } finally {
    await register().where({ child_id: CHILD_ELSEWHERE.child }).delete();
  }
}
