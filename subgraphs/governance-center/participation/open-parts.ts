import type { Knex } from 'knex';
import { milliseconds } from '../procedures/duration';
import type { Practice } from '../procedures/practice';
import type { Practices } from '../procedures/practices';

/** Kinds of reference that a confirmed part or a standing duty opens. */
export type PartKind = 'CASE' | 'MEETING' | 'TASK' | 'PROTECTION' | 'ASSESSMENT' | 'VISITS' | 'CLUE';

const CLOSES_AFTER: Readonly<Record<PartKind, (practice: Practice) => number>> = {
  CASE: ({ cases }) => milliseconds(cases.closesAfter),
  MEETING: ({ meetings }) => milliseconds(meetings.closesAfter),
  TASK: ({ tasks }) => milliseconds(tasks.closesAfter),
  PROTECTION: ({ assignments }) => milliseconds(assignments.closesAfter),
  // They say themselves until when they are open.
  ASSESSMENT: () => 0,
  VISITS: () => 0,
  CLUE: ({ clues }) => milliseconds(clues.closesAfter),
};

/** When a reference closes, by the practice in force; null while its end is open. @param ended when it was over. */
export function closesAt(
  kind: PartKind,
  { ended, region }: { readonly ended: Date | null; readonly region: string },
  practices: Practices,
  now: Date,
): Date | null {
  return ended && new Date(ended.getTime() + CLOSES_AFTER[kind](practices.for(region, now)));
}

/** Whether a reference is open: not over, or over no longer ago than the practice of its region allows. */
export function isOpen(
  kind: Exclude<PartKind, 'MEETING'>,
  end: { readonly ended: Date | null; readonly region: string },
  practices: Practices,
  now: Date,
): boolean {
  const closes = closesAt(kind, end, practices, now);
  return closes === null || now < closes;
}

/**
 * Keeps rows whose reference is open: not over, or over no longer ago than the practice of its region allows. A meeting
 * is held at its end, and opens some time before.
 *
 * @param rows with `kind`, `region` and `ended`, the column of when it was over.
 */
export function keepOpen(rows: Knex.QueryBuilder, ended: string, practices: Practices, now: Date): void {
  const since = (kind: PartKind) => instantIn(practices, now, (practice) => -CLOSES_AFTER[kind](practice));
  rows.where((open) => {
    for (const kind of ['CASE', 'TASK', 'PROTECTION', 'ASSESSMENT', 'VISITS', 'CLUE'] as const) {
      open.orWhere((one) =>
        one.where({ kind }).where((time) => time.whereNull(ended).orWhere(ended, '>', rows.client.raw(...since(kind)))),
      );
    }
    open.orWhere((one) =>
      one
        .where({ kind: 'MEETING' })
        .where(ended, '>', rows.client.raw(...since('MEETING')))
        .where(
          ended,
          '<=',
          rows.client.raw(...instantIn(practices, now, ({ meetings }) => milliseconds(meetings.opensBefore))),
        ),
    );
  });
}

// Private:

/** A SQL expression for an instant that depends on the practice of a row's region. */
function instantIn(
  practices: Practices,
  now: Date,
  offset: (practice: Practice) => number,
): readonly [sql: string, bindings: readonly string[]] {
  const cases = practices.regions(now).map((region) => {
    const instant = new Date(now.getTime() + offset(practices.for(region, now)));
    return [`${region}%`, instant.toISOString()] as const;
  });
  const branches = cases.map(() => 'when region like ? then ?::timestamptz').join(' ');
  return [`case ${branches} end`, cases.flat()];
}
