import type { Knex } from 'knex';
import { agencyNamed, isAgency } from '../../../shared/domain/agencies';
import { addDays, at } from '../../../shared/domain/dates';
import type { Practices } from '../procedures/practices';
import type { CountedAccess } from '../schema.types';
import { perDay } from './allowance';
import type { DayCountRow } from './data';

const MOST_COUNTS = 1_000;

/**
 * The day's counts of all officers of a region, the highest first, of at most 1,000.
 *
 * @param db on the reader role; lookups are counted in the ledger.
 */
export async function countsOfDay(
  { db, ledger }: { readonly db: Knex; readonly ledger: Knex },
  { day, region }: { readonly day: string; readonly region: string },
  practices: Practices,
): Promise<readonly DayCountRow[]> {
  const within = [`${region}%`];
  const [begins, ends] = [at(day, '00:00'), at(addDays(day, 1), '00:00')];
  const [opened, looked] = await Promise.all([
    db.raw(OPENED, [day, ...within, begins, ends, ...within, day, ...within, MOST_COUNTS] as Knex.RawBinding[]),
    ledger.raw(LOOKED_UP, [begins, ends, ...within, MOST_COUNTS] as Knex.RawBinding[]),
  ]);
  const released = new Map<string, number>(
    opened.rows.map(({ caller, agency, purpose, released: number }: OpenedRow) => [
      JSON.stringify([caller, agency, purpose]),
      number,
    ]),
  );
  const evening = new Date(`${day}T23:59:59+08:00`);
  return [
    ...(opened.rows as OpenedRow[]).filter(({ purpose }) => purpose !== 'LOOKUP'),
    ...(looked.rows as LookedRow[]).map((row) => ({
      ...row,
      purpose: 'LOOKUP' as const,
      released: released.get(JSON.stringify([row.caller, row.agency, 'LOOKUP'])) ?? 0,
    })),
  ]
    .map(({ caller, agency, region: own, purpose, number, missed, released: more }) => ({
      caller,
      agency: agencyIn(agency),
      purpose,
      number,
      missed,
      allowed: perDay(practices.for(own, evening), purpose) + more,
      released: more,
    }))
    .sort((one, other) => other.number - one.number || (one.caller < other.caller ? -1 : 1))
    .slice(0, MOST_COUNTS);
}

// Private:

/** Null for an agency that no longer exists. */
function agencyIn(named: string): DayCountRow['agency'] {
  const agency = agencyNamed(named);
  return isAgency(agency) ? agency : null;
}

interface OpenedRow {
  readonly caller: string;
  /** As the GraphQL enum names it. */
  readonly agency: string;
  readonly region: string;
  readonly purpose: CountedAccess;
  readonly number: number;
  readonly missed: null;
  readonly released: number;
}

type LookedRow = Omit<OpenedRow, 'purpose' | 'released' | 'missed'> & { readonly missed: number };

/** An officer who only had more released appears with nothing opened. */
const OPENED = `
  select officer as caller, agency, min(region) as region, purpose, count(distinct about)::int as number,
    null::int as missed, coalesce(sum(released), 0)::int as released
  from (
    select officer, agency, region, purpose, child_id as about, null::int as released
    from exposed.opening where day = ?::date and region like ?
    union all
    select officer, agency, region, 'RISK_ASSESSMENT', coalesce(child_id, clue_id::text), null
    from exposed.opened_assessment where opened_at >= ? and opened_at < ? and region like ?
    union all
    select officer, agency, region, purpose, null, released
    from exposed.release_request where day = ?::date and region like ? and released is not null
  ) as counted
  group by officer, agency, purpose
  order by number desc, caller, agency, purpose
  limit ?`;

/** As the digest reads them out of the entries: at the end, in the order in which the ledger's writer puts them. */
const LOOKED_UP = `
  select caller, upper(replace(caller_agency, '-', '_')) as agency, min(caller_region) as region, count(*)::int as number,
    (count(*) filter (where lookups like '%"missed":["%'))::int as missed
  from exposed.access_entry cross join lateral (select split_part(body, ',"lookups":', 2) as lookups offset 0) as one
  where at >= ? and at < ? and stage = 'ended' and caller_region like ? and lookups <> '' and lookups not like 'null%'
  group by caller, caller_agency
  order by number desc, caller
  limit ?`;
