import type { Knex } from 'knex';
import { todayInChina } from '../../../shared/domain/dates';
import { resourceOfCase } from '../cases/attributes';
import type { CaseRow } from '../cases/data';
import { resourceOfClue } from '../clues/attributes';
import type { ClueRow } from '../clues/data';
import type { Context } from '../context';
import { table } from '../mutations/table';
import type { WorkingCalendar } from '../procedures/calendar';
import { dayAfter } from '../procedures/duration';
import type { Practice, RiskLevel } from '../procedures/practice';

/** The centre's own data about a child: clues, cases and assignments, without other agencies' data. */
export interface KnownFacts {
  readonly clues: readonly { readonly situation: string; readonly received_at: Date }[];
  readonly openCases: number;
  readonly overdueCases: number;
  /** Assignments in force. */
  readonly categories: readonly string[];
}

/** The proposal of a practice: the most urgent level that any of its rules proposes, with their bases. */
export interface Proposal {
  readonly level: RiskLevel | null;
  readonly basis: readonly string[];
}

export function propose(
  facts: KnownFacts,
  { proposals, levels }: Practice,
  calendar: WorkingCalendar,
  now: Date,
): Proposal {
  const speaking = proposals.filter(({ when }) => {
    const since = when.within && dayAfter(todayInChina(now.getTime()), when.within, calendar, -1);
    const clues = facts.clues.filter(
      ({ situation, received_at }) =>
        (since === undefined || todayInChina(received_at.getTime()) >= since) &&
        (when.situations === undefined || when.situations.includes(situation)),
    );
    const asksForClues = when.clues !== undefined || when.situations !== undefined;
    return (
      (!asksForClues || clues.length >= (when.clues ?? 1)) &&
      facts.openCases >= (when.openCases ?? 0) &&
      facts.overdueCases >= (when.overdueCases ?? 0) &&
      (when.categories === undefined || when.categories.some((category) => facts.categories.includes(category)))
    );
  });
  const level = levels.find((one) => speaking.some((proposal) => proposal.level === one)) ?? null;
  return {
    level,
    basis: [...new Set(speaking.filter((proposal) => proposal.level === level).map(({ basis }) => basis))],
  };
}

/** The facts that the caller may know of, because a proposal reveals its facts. */
export async function knownFacts(
  transaction: Knex.Transaction,
  child_id: string,
  { now, reads }: Pick<Context, 'now' | 'reads'>,
): Promise<KnownFacts> {
  const from = (view: string) => table(transaction, view);
  const cases = await from('case_file')
    .whereIn('case_id', from('case_child').where({ child_id }).select('case_id'))
    .whereNull('closed_at');
  const known = cases.filter((row: CaseRow) => reads('Case.id', resourceOfCase(row)));
  const clues = await from('clue').where({ child_id });
  return {
    clues: clues.filter((row: ClueRow) => reads('Clue.id', resourceOfClue(row))),
    openCases: known.length,
    overdueCases: known.filter(({ due_at }: CaseRow) => due_at !== null && due_at < now).length,
    categories: await from('protection_assignment').where({ child_id }).whereNull('ended_on').pluck('category'),
  };
}
