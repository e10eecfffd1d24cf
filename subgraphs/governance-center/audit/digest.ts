import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { addDays, at } from '../../../shared/dates';
import type { Practice } from '../practice/practice';

/** Something unusual that one officer did on one day. */
export interface AccessFinding {
  readonly kind: 'MANY_CHILDREN' | 'OFF_HOURS' | 'REFUSALS' | 'BREAK_GLASS';
  readonly caller: string;
  readonly caller_agency: string;
  readonly requests: number;
  readonly children: number;
  readonly first_at: Date;
  readonly last_at: Date;
}

export interface AccessDigest {
  /** In China, `2026-05-17`. */
  readonly day: string;
  readonly region: string;
  readonly findings: readonly AccessFinding[];
  readonly complete: boolean;
}

const MOST_FINDINGS = 1_000;

/**
 * What stands out among the accesses of a day by officers of a region, as far as the caller may know of them.
 *
 * @param ledger on the reader role.
 * @param rows which looks the caller may know of, by `ACCESS_COLUMNS`.
 * @param workingDay whether it is one: on others, every access is outside working hours.
 */
export async function accessDigest(
  ledger: Knex,
  rows: SqlCondition,
  { day, region }: Pick<AccessDigest, 'day' | 'region'>,
  { manyChildren, refusals, hours }: Practice['audit'],
  workingDay: boolean,
): Promise<AccessDigest> {
  const [opens, closes] = workingDay ? hours : [24, 24];
  const { rows: found } = await ledger.raw(findings(rows.sql), [
    ...rows.bindings,
    at(day, '00:00'),
    at(addDays(day, 1), '00:00'),
    `${region}%`,
    at(day, '00:00'),
    opens,
    closes,
    manyChildren,
    refusals,
    MOST_FINDINGS + 1,
  ] as Knex.RawBinding[]);
  return { day, region, findings: found.slice(0, MOST_FINDINGS), complete: found.length <= MOST_FINDINGS };
}

// Private:

/** Looks are decided about one by one, and so is a request that came to look at nothing. */
const findings = (rows: string): string => `
  with access as materialized (
    select entry.seq, entry.at, entry.caller, entry.caller_agency, entry.purpose, own.refused,
      case when own.everyone then entry.children else own.children end as children
    from exposed.access_entry as entry cross join lateral (
      select count(*) as looks, bool_or(look.refused) as refused, bool_or(look.everyone) as everyone,
        array_agg(distinct entry.children[about.place::int + 1]) filter (where about.place is not null) as children
      from (
        select entry.caller_region as region, null::text as child_region,
          case when one.agency is null then '{}' else array[one.agency] end as owners,
          case when one.agency is null then entry.status >= 400 else one.answer = 'refused' end as refused,
          json_typeof(one.children) = 'string' as everyone,
          one.children
        from (select) as request left join lateral
          json_to_recordset(entry.body::json -> 'looks') as one (agency text, answer text, children json) on true
      ) as look
      left join lateral json_array_elements_text(case when look.everyone then '[]' else look.children end)
        as about (place) on true
      where ${rows}
    ) as own
    where entry.at >= ? and entry.at < ? and entry.stage = 'ended' and entry.caller_region like ? and own.looks > 0
  ),
  unusual as (
    select kind.name as kind, access.*
    from access
    cross join lateral (select extract(epoch from access.at - ?::timestamptz) / 3600 as hour) as time
    cross join lateral (values
      ('MANY_CHILDREN', true),
      ('OFF_HOURS', time.hour < ? or time.hour >= ?),
      ('REFUSALS', access.refused),
      ('BREAK_GLASS', access.purpose = 'EMERGENCY')
    ) as kind (name, holds)
    where kind.holds
  )
  select kind, caller, caller_agency, count(distinct seq)::int as requests, count(distinct child)::int as children,
    min(at) as first_at, max(at) as last_at
  from unusual left join lateral unnest(children) as child on true
  group by kind, caller, caller_agency
  having case kind when 'MANY_CHILDREN' then count(distinct child) >= ? when 'REFUSALS' then count(distinct seq) >= ? else true end
  order by children desc, requests desc, kind, caller, caller_agency
  limit ?`;
