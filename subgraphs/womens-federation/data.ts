import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';
import { type RosterRow, roster } from '../../shared/subgraph/rows/roster';

interface ChildRow extends RosterRow {
  /** Whether there is a complaint about violence. */
  readonly violence: boolean;
  /** Whether there is an order in force that was served on the village. */
  readonly in_force: boolean;
}

export interface FamilyComplaintRow extends RowOfChild {
  readonly received_at: Date;
  readonly kind: string;
  readonly handling: string | null;
  readonly reporter: string | null;
  readonly violence: boolean;
}

export interface SafetyOrderApplicationRow extends RowOfChild {
  readonly applied_at: Date;
  readonly decision: string | null;
  readonly decided_at: Date | null;
  readonly valid_until: string | null;
  /** Whether it is made, served on the village and valid today. */
  readonly in_force: boolean;
}

export interface FamilyGuidanceRow extends RowOfChild {
  readonly started_at: string;
  readonly ordered: boolean;
  readonly sessions_done: number;
  readonly sessions_planned: number;
}

export interface LovingMotherPairRow extends RowOfChild {
  readonly name: string | null;
  readonly since: string;
  readonly last_contact_at: string | null;
  readonly next_contact_due: string | null;
}

export interface SafetyOfficerRow extends RowOfChild {
  readonly name: string | null;
  readonly tier: string;
  readonly last_visit_at: string | null;
}

export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: roster<ChildRow>(db),
    complaints: manyRows(
      rowsOfChildren<FamilyComplaintRow>(db, 'family_complaint', ['-received_at', 'complaint_id']),
      childOf,
    ),
    safetyOrders: manyRows(
      rowsOfChildren<SafetyOrderApplicationRow>(db, 'safety_order_application', ['-applied_at', 'application_id']),
      childOf,
    ),
    guidance: manyRows(
      rowsOfChildren<FamilyGuidanceRow>(db, 'family_guidance', ['-started_at', 'guidance_id']),
      childOf,
    ),
    lovingMother: oneRow(rowsOfChildren<LovingMotherPairRow>(db, 'loving_mother'), childOf),
    safetyOfficer: oneRow(rowsOfChildren<SafetyOfficerRow>(db, 'safety_officer'), childOf),
  };
}
