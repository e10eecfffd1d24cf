import { AGENCIES, type Agency, isAgency } from '../domain/agencies';
import { UsageError } from './command-line';

/** @throws UsageError unless exactly one agency is named. */
export function oneAgency(usage: string, [name, ...others]: readonly string[]): Agency {
  if (name === undefined) throw new UsageError('Name an agency.', usage);
  if (!isAgency(name)) throw new UsageError(`There is no agency "${name}".`, usage);
  if (others.length > 0) throw new UsageError('Name one agency at a time.', usage);
  return name;
}

/** The end of a usage text: every agency, one per line. */
export const AGENCY_CHOICES = `where <agency> is one of\n  ${AGENCIES.join('\n  ')}`;
