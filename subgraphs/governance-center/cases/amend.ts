import type { Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { CaseAmendmentKind } from '../schema.types';
import { announce } from '../webhooks/outbox';
import type { CaseRow } from './data';
import { changeCase } from './lock-case';

/** What a correction changes, and why. */
export interface Amendment {
  readonly kind: CaseAmendmentKind;
  /** A code: `RED`; of a task its kind, due time or agency. */
  readonly before?: string;
  readonly after?: string;
  /** Null for tasks that a step cancels. */
  readonly reason: string | null;
  readonly task_id?: string;
  /** What the task said before. */
  readonly words_before?: string | null;
  /** Who is to handle the case. */
  readonly officer?: string | null;
  /** The case that it was linked to. */
  readonly linked_id?: string;
  /** The child that was added or taken off: stored, and read by nobody. */
  readonly child_id?: string;
}

type By = Pick<Work<unknown>, 'transaction' | 'caller' | 'agency' | 'now'>;

/**
 * Corrects a case: writes the change and its history, increments the version and announces it.
 *
 * @param row the locked row.
 */
export async function amend(
  by: By,
  row: CaseRow,
  change: Partial<CaseRow>,
  ...amendments: readonly Amendment[]
): Promise<void> {
  const { transaction, now } = by;
  const { case_id, region } = row;
  await keepHistory(by, case_id, amendments);
  await changeCase(transaction, row, change);
  await announce(transaction, { kind: 'CASE_CHANGED', subject: 'CASE', id: case_id, region }, now);
}

/** Writes the history of corrections. */
export async function keepHistory(
  { transaction, caller, agency, now }: By,
  case_id: string,
  amendments: readonly Amendment[],
): Promise<void> {
  const made = { case_id, made_by: caller.name, agency, made_at: now };
  await table(transaction, 'case_amendment').insert(amendments.map((amendment) => ({ ...made, ...amendment })));
}
