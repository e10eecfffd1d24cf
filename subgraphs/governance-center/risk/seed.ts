import { addDays, at } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import type { Draws } from '../../../shared/synthetic/random';

const DAYS_TO_NEXT_VISIT: Readonly<Record<string, number>> = { RED: 1, ORANGE: 7, YELLOW: 30 };

/** The assessment in force, and for some children an earlier one. */
export function riskRows({ risk }: SyntheticChild, id: string, district: District, draws: Draws): Rows {
  if (risk === null) return {};
  const days = DAYS_TO_NEXT_VISIT[risk.level];
  const nextVisit = days === undefined ? null : addDays(district.today, days);
  const current = {
    child_id: id,
    level: risk.level,
    basis: risk.basis,
    assessed_at: at(risk.assessedAt, '10:00'),
    confirmed_by: '综治中心专干',
    next_visit_due: nextVisit,
    in_force: true,
    practice: '99/2020-1',
  };
  const earlier = {
    ...current,
    level: 'BLUE',
    assessed_at: at(addDays(risk.assessedAt, -120), '10:00'),
    next_visit_due: null,
    in_force: false,
  };
  return { risk_assessment: draws.chance('assessed before', 0.5) ? [earlier, current] : [current] };
}
