import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';
import { roster } from '../../shared/subgraph/rows/roster';
import type { WelfareCategory } from './schema.types';

export interface WelfareRow extends RowOfChild {
  readonly categories: readonly WelfareCategory[];
  readonly since: string | null;
  readonly reason: string | null;
}

/** Has no columns of its own: its parts are rows. */
export type GuardianshipRow = RowOfChild;

export interface GuardianshipAssessmentRow extends RowOfChild {
  readonly scheme: string;
  readonly grade: string;
  readonly assessed_at: string;
  readonly next_due: string;
}

export interface TemporaryGuardianshipRow extends RowOfChild {
  readonly ground: string;
  readonly since: string;
  readonly placement: string | null;
}

export interface BenefitRow extends RowOfChild {
  readonly kind: string;
  readonly monthly_amount: number | null;
  readonly month: string;
}

export interface HomeVisitRow extends RowOfChild {
  readonly visited_at: Date;
  readonly visitor: string | null;
  readonly summary: string | null;
  readonly next_due: string | null;
}

export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: roster(db),
    welfare: oneRow(rowsOfChildren<WelfareRow>(db, 'welfare'), childOf),
    assessment: oneRow(rowsOfChildren<GuardianshipAssessmentRow>(db, 'guardianship_assessment'), childOf),
    temporaryGuardianship: oneRow(rowsOfChildren<TemporaryGuardianshipRow>(db, 'temporary_guardianship'), childOf),
    benefits: manyRows(rowsOfChildren<BenefitRow>(db, 'benefit', ['-month', 'benefit_id']), childOf),
    homeVisits: manyRows(rowsOfChildren<HomeVisitRow>(db, 'home_visit', ['-visited_at', 'visit_id']), childOf),
  };
}
