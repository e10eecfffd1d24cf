import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';
import { type RosterRow, roster } from '../../shared/subgraph/rows/roster';
import type { LocationProtectionGround } from './schema.types';

interface ChildRow extends RosterRow {
  /** Whether there is a warning of which the village was notified and whose follow-up is still due. */
  readonly follow_up: boolean;
}

export interface IdentityRow extends RowOfChild {
  readonly id_number: string;
  readonly full_name: string;
  readonly birth_date: string;
  /** GB/T 2261.1 */
  readonly sex: number;
  readonly ethnicity: string;
  readonly as_of: Date;
}

export interface HouseholdRow extends RowOfChild {
  /** Null if the register has none. */
  readonly address: string | null;
  /** Of a village; of a county, if the register has no more. */
  readonly registered_region: string;
  /** Null if the register has none. */
  readonly residence_region: string | null;
}

export interface HouseholdMemberRow extends RowOfChild {
  readonly name: string;
  readonly kinship: string;
  readonly lives_together: boolean;
}

export interface PoliceIncidentRow extends RowOfChild {
  readonly receipt_number: string;
  readonly type: string;
  readonly occurred_at: Date;
  readonly handling: string | null;
}

export interface DomesticViolenceWarningRow extends RowOfChild {
  readonly number: string;
  readonly issued_at: Date;
  readonly follow_up_due: string | null;
  /** Whether the village was notified of it and the follow-up is still due. */
  readonly follow_up: boolean;
}

export interface AbsenceAlertRow extends RowOfChild {
  readonly kind: string;
  readonly raised_at: Date;
  readonly resolved_at: Date | null;
}

export interface LocationProtectionRow extends RowOfChild {
  readonly ground: LocationProtectionGround;
  readonly set_at: Date;
  readonly until: string;
  readonly confirmed_at: Date | null;
  readonly ended_at: Date | null;
  readonly in_force: boolean;
}

export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: roster<ChildRow>(db),
    person: oneRow(rowsOfChildren<IdentityRow>(db, 'person'), childOf),
    household: oneRow(rowsOfChildren<HouseholdRow>(db, 'household'), childOf),
    members: manyRows(rowsOfChildren<HouseholdMemberRow>(db, 'household_member', ['position']), childOf),
    incidents: manyRows(rowsOfChildren<PoliceIncidentRow>(db, 'incident', ['-occurred_at', 'incident_id']), childOf),
    warnings: manyRows(
      rowsOfChildren<DomesticViolenceWarningRow>(db, 'domestic_violence_warning', ['-issued_at', 'warning_id']),
      childOf,
    ),
    locationProtections: manyRows(
      rowsOfChildren<LocationProtectionRow>(db, 'location_protection', ['-set_at', 'protection_id']),
      childOf,
    ),
    absenceAlerts: manyRows(rowsOfChildren<AbsenceAlertRow>(db, 'absence_alert', ['-raised_at', 'alert_id']), childOf),
  };
}
