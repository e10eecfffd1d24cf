import { enumName } from '../../../shared/domain/agencies';
import type { Caller } from '../../../shared/domain/caller';
import { addDays, at } from '../../../shared/domain/dates';
import type { District } from '../../../shared/synthetic/district';
import { OFFICERS, responsibleFor } from '../../../shared/synthetic/officers';
import { PROTECTION_CATEGORIES } from '../procedures/practice';
import type { DutyKind } from '../schema.types';
import { syntheticId } from '../synthetic-id';

/** How long ago the duties in force were confirmed, and how long they last from then. */
const CONFIRMED_DAYS_AGO = 20;
const LASTING_DAYS = 360;

/** An officer whose duty of welfare has ended, and who has no other. */
const ENDED = 'justice-bureau-officer';
/** An officer confirmed for nothing. */
const UNCONFIRMED = 'second-education-officer';

/** The duties of all officers who have a responsible person. */
export function dutyRows(district: District) {
  return OFFICERS.filter(({ sub }) => sub !== UNCONFIRMED).flatMap((officer) =>
    kindsOf(officer).flatMap((kind) => dutyOf(district, officer, kind)),
  );
}

export const dutyId = (district: District, kind: DutyKind, officer: string): string =>
  syntheticId(district, `duty ${kind} of ${officer}`, 0);

// Private:

function kindsOf({ sub, roles }: Caller): readonly DutyKind[] {
  if (roles.includes('case-worker')) return ['ASSESSMENT', 'VISITS'];
  if (roles.includes('child-director')) return ['VISITS'];
  if (!roles.includes('agency-officer')) return [];
  return sub === ENDED ? ['WELFARE'] : ['WELFARE', 'INTAKE'];
}

function dutyOf(district: District, officer: Caller, kind: DutyKind) {
  const head = responsibleFor(officer);
  if (head === undefined) return [];
  const from = addDays(district.today, -CONFIRMED_DAYS_AGO - (officer.sub === ENDED ? LASTING_DAYS : 0));
  return [
    {
      duty_id: dutyId(district, kind, officer.sub),
      officer: officer.sub,
      agency: enumName(officer.agency),
      kind,
      region: officer.region,
      categories: kind === 'WELFARE' ? [...PROTECTION_CATEGORIES] : [],
      valid_from: from,
      valid_until: addDays(from, LASTING_DAYS),
      confirmed_by: head.sub,
      confirmed_at: at(from, '08:30'),
    },
  ];
}
