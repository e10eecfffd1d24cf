import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { AGENCIES } from '../../../shared/domain/agencies';
import { addDays, at } from '../../../shared/domain/dates';
import type { Practice } from '../procedures/practice';

/** Something unusual that one officer did on one day. */
export interface AccessFinding {
  readonly kind: 'MANY_CHILDREN' | 'OFF_HOURS' | 'REFUSALS' | 'BREAK_GLASS' | 'LOOKUPS' | 'MISSED_LOOKUPS';
  readonly caller: string;
  readonly caller_agency: string;
  readonly requests: number;
  readonly children: number;
  readonly first_at: Date;
  readonly last_at: Date;
}

export interface AccessDigest {
  /** A day in China: `2026-05-17`. */
  readonly day: string;
  readonly region: string;
  readonly findings: readonly AccessFinding[];
  readonly complete: boolean;
}

const MOST_FINDINGS = 1_000;
/**
 * Only this many of a day's and region's entries that the caller may know of are evaluated, which takes about two
 * seconds. A limit on all entries would reveal how many accesses concern other data.
 */
const MOST_ENTRIES = 100_000;

/**
 * The unusual accesses of one day by officers of a region, as far as the caller may know of them.
 *
 * @param ledger on the reader role.
 * @param rows the condition for accesses that the caller may know of, over `ACCESS_COLUMNS`.
 * @param workingDay on other days, every access is outside working hours.
 */
export async function accessDigest(
  ledger: Knex,
  rows: SqlCondition,
  { day, region }: Pick<AccessDigest, 'day' | 'region'>,
  { manyChildren, refusals, lookups, missedLookups, hours }: Practice['audit'],
  workingDay: boolean,
): Promise<AccessDigest> {
  const [opens, closes] = workingDay ? hours : [24, 24];
  const { rows: told } = await ledger.raw(findings(rows.sql), [
    at(day, '00:00'),
    at(addDays(day, 1), '00:00'),
    `${region}%`,
    ...rows.bindings,
    MOST_ENTRIES + 1,
    [null, ...AGENCIES],
    ...rows.bindings,
    opens,
    closes,
    manyChildren,
    refusals,
    lookups,
    missedLookups,
    MOST_FINDINGS + 1,
  ] as Knex.RawBinding[]);
  const found: AccessFinding[] = told.filter(({ kind }: { readonly kind: string | null }) => kind !== null);
  const complete = found.length <= MOST_FINDINGS && told[0].entries <= MOST_ENTRIES;
  return { day, region, findings: found.slice(0, MOST_FINDINGS), complete };
}

// Private:

/**
 * `sight` holds the agencies whose accesses the caller may know of, by the officer's region; a request that accessed
 * nothing belongs to no agency. Many requests have equal `looks`, so each form of them is parsed once: `form`. The text
 * of `looks` is cut out of the entry between `children` and `emergency`, in the order in which the ledger's writer puts
 * them, which costs a third of parsing the entry; in another order the digest would fail. Forms and children are
 * compared by 64-bit hashes, which costs less than comparing their texts.
 */
const findings = (rows: string): string => `
  with access as materialized (
    select at, caller, caller_agency, caller_region, purpose, status >= 400 as failed, children, looks,
      hashtextextended(looks, 0) as key, lookups <> '' and lookups not like 'null%' as looked_up,
      lookups like '%"missed":["%' as missed
    from (
      select *, caller_region as region, null::text as child_region from exposed.access_entry
    ) as entry cross join lateral (
      select split_part(split_part(body, ',"looks":', 2), ',"emergency":', 1) as looks,
        split_part(body, ',"lookups":', 2) as lookups offset 0
    ) as one
    where at >= ? and at < ? and stage in ('ended', 'refused') and caller_region like ? and ${rows}
    order by at, seq
    limit ?
  ),
  sight as materialized (
    select region, array_agg(agency order by agency) as agencies
    from (
      select here.region, one.agency, null::text as child_region,
        case when one.agency is null then '{}' else array[one.agency] end as owners
      from (select distinct caller_region as region from access) as here cross join unnest(?::text[]) as one (agency)
    ) as decided
    where ${rows}
    group by region
  ),
  form as materialized (
    select key, agencies, own.*
    from (
      select key, agencies, min(looks) as looks from access join sight on region = caller_region group by key, agencies
    ) as seen
    cross join lateral (
      select count(look.agency) > 0 as looked, bool_or(look.answer = 'refused') as refused,
        bool_or(json_typeof(look.children) = 'string') as everyone,
        array_agg(distinct about.place::int + 1) filter (where about.place is not null) as places
      from json_to_recordset(seen.looks::json) as look (agency text, answer text, children json)
      left join lateral json_array_elements_text(
        case when json_typeof(look.children) = 'array' then look.children else '[]' end
      ) as about (place) on true
      where look.agency = any (seen.agencies)
    ) as own
    where own.looked or (seen.looks = '[]' and array_position(seen.agencies, null) is not null)
  ),
  request as (
    select at, caller, caller_agency, case when looked then refused else failed end as refused,
      hour < ? or hour >= ? as off_hours, purpose = 'EMERGENCY' as emergency,
      looked_up and 'governance-center' = any(agencies) as looked_up, missed and 'governance-center' = any(agencies) as missed,
      case when everyone then children else array(select children[place] from unnest(places) as place) end as children
    from access join sight on region = caller_region join form using (key, agencies)
    cross join lateral (select extract(hour from at at time zone 'Asia/Shanghai') as hour) as time
  ),
  officer as (
    select caller, caller_agency${KINDS.map(
      ([kind, holds]) => `,
      count(*) filter (where ${holds}) as requests_${kind},
      min(at) filter (where ${holds}) as first_${kind}, max(at) filter (where ${holds}) as last_${kind}`,
    ).join('')}
    from request group by caller, caller_agency
  ),
  about as (
    select caller, caller_agency${KINDS.map(([kind]) => `, count(*) filter (where ${kind}) as children_${kind}`).join('')}
    from (
      select caller, caller_agency${KINDS.map(([kind, holds]) => `, bool_or(${holds}) as ${kind}`).join('')}
      from request cross join unnest(children) as child
      group by caller, caller_agency, hashtextextended(child, 0)
    ) as one
    group by caller, caller_agency
  ),
  finding as (
    select kind, caller, caller_agency, requests::int, children::int, first_at, last_at
    from officer left join about using (caller, caller_agency) cross join lateral (values ${KINDS.map(
      ([kind]) => `('${kind}', requests_${kind}, coalesce(children_${kind}, 0), first_${kind}, last_${kind})`,
    ).join(', ')}) as finding (kind, requests, children, first_at, last_at)
    where requests > 0
      and (kind <> 'MANY_CHILDREN' or children >= ?)
      and (kind <> 'REFUSALS' or requests >= ?)
      and (kind <> 'LOOKUPS' or requests >= ?)
      and (kind <> 'MISSED_LOOKUPS' or requests >= ?)
    order by children desc, requests desc, kind, caller, caller_agency
    limit ?
  )
  select * from (select count(*)::int as entries from access) as counted left join finding on true
  order by children desc, requests desc, kind, caller, caller_agency`;

const KINDS: readonly (readonly [AccessFinding['kind'], string])[] = [
  ['MANY_CHILDREN', 'true'],
  ['OFF_HOURS', 'off_hours'],
  ['REFUSALS', 'refused'],
  ['BREAK_GLASS', 'emergency'],
  // Lookups are the centre's data.
  ['LOOKUPS', 'looked_up'],
  ['MISSED_LOOKUPS', 'missed'],
];
