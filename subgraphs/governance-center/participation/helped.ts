import { agencyNamed } from '../../../shared/domain/agencies';
import { byUuid } from '../by-uuid';
import { resourceOfChildIn } from '../children/attributes';
import type { Context } from '../context';
import type { ProtectionCategory } from '../procedures/practice';
import { isOpen } from './open-parts';

/** What a reference of the kind `protection` names: an assignment of a lead agency, or a support after misconduct. */
export interface Helped {
  readonly id: string;
  readonly child: string;
  readonly region: string;
  /** Of a support none. */
  readonly category: ProtectionCategory | null;
  /** The lead agency, and of a support those that help: `['public-security', 'education']`. */
  readonly agencies: readonly string[];
  /** Agencies that the police have named to help; only of a support. */
  readonly helpers?: readonly string[];
  readonly visitsSchool: boolean;
  /** Whether it is in force, or ended a limited period ago. */
  readonly open: boolean;
}

/** Takes the same statements for either, and for an unknown id. */
export async function helpedBy(id: string, context: Context): Promise<Helped | null> {
  const { load, settings, now } = context;
  const [assignment, support] = await Promise.all([
    byUuid(load.protectionAssignment, id),
    byUuid(load.misconductSupport, id),
  ]);
  const row = assignment ?? support;
  const child = await resourceOfChildIn(row, context);
  if (row === null || child === null) return null;
  const { region } = child;
  const practice = settings.practices.for(region, now);
  const category = (assignment?.category as ProtectionCategory | undefined) ?? null;
  const { parties } = category === null ? practice.support : practice.categories[category];
  const lead = agencyNamed(row.lead_agency);
  const helpers = support?.helpers.map(agencyNamed);
  const ended = row.ended_on === null ? null : new Date(`${row.ended_on}T00:00:00+08:00`);
  return {
    id: id.toLowerCase(),
    child: row.child_id,
    region,
    category,
    agencies: [...new Set([lead, ...(helpers ?? [])])],
    ...(helpers && { helpers }),
    visitsSchool: parties.includes('SCHOOL'),
    open: isOpen('PROTECTION', { ended, region }, settings.practices, now),
  };
}
