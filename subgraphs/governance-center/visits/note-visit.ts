import type { Work } from '../mutations/mutation';
import { table } from '../mutations/table';

interface Visit {
  readonly visit_id: string;
  readonly child_id: string;
  readonly visited_at: Date;
}

/** Keeps a visit on the officer's own list for some days, to be written up. */
export async function noteVisit<Input>({ transaction, caller, agency }: Work<Input>, visit: Visit): Promise<void> {
  await table(transaction, 'made_visit').insert({ ...visit, officer: caller.sub, agency });
}
