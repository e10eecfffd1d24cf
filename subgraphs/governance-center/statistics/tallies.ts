import type { Knex } from 'knex';
import type { Quarter } from './quarter';

/** The count of one value at one place. */
export interface Tally {
  /** A town, or a larger region for things that are registered at none of its towns. */
  readonly place: string;
  readonly value: string;
  readonly count: number;
}

/** Kinds of objects that have a region. */
export type Register = 'CHILD' | 'CASE' | 'CLUE';

/** A channel with fewer clues than this in the whole database is not listed. */
const LEAST_CLUES_OF_A_CHANNEL = 5;

/** The places of each register, including those without any object: all towns, and larger regions that have objects. */
export async function placesOf(db: Knex): Promise<ReadonlyMap<Register, readonly string[]>> {
  const larger = (view: string) => `select distinct region from exposed.${view} where length(region) < 9`;
  const rows = await select<{ register: Register | null; place: string }>(
    db,
    `select distinct null as register, left(code, 9) as place from exposed.region
     where length(code) >= 9
     union all select 'CHILD', * from (${larger('child')}) as child
     union all select 'CASE', * from (${larger('case_file')}) as case_file
     union all select 'CLUE', * from (${larger('clue')}) as clue`,
    {},
  );
  const of = (wanted: Register) =>
    rows.filter(({ register }) => register === null || register === wanted).map(({ place }) => place);
  return new Map((['CHILD', 'CASE', 'CLUE'] as const).map((register) => [register, of(register)]));
}

/** Children by the level of their latest assessment at the end of the quarter. */
export function childrenByLevel(db: Knex, { until }: Quarter): Promise<Tally[]> {
  return select(
    db,
    `select left(region, 9) as place, level as value, cast(count(*) as int) as count
     from (
       select distinct on (child_id) child_id, level from exposed.risk_assessment
       where assessed_at < :until
       order by child_id, assessed_at desc, assessment_id desc
     ) as latest join exposed.child using (child_id)
     group by place, value`,
    { until },
  );
}

/** Children by their protection categories at the end of the quarter. The view contains no sealed one. */
export function childrenByCategory(db: Knex, { dayAfter }: Quarter): Promise<Tally[]> {
  return select(
    db,
    `select left(region, 9) as place, category as value, cast(count(distinct child_id) as int) as count
     from exposed.protection_assignment join exposed.child using (child_id)
     where since < :dayAfter and (ended_on is null or ended_on >= :dayAfter)
     group by place, value`,
    { dayAfter },
  );
}

/**
 * Cases by their step at the end of the quarter; closed cases only if they were closed in it. A case's current step may
 * be later, so the step is derived from the steps taken until then.
 */
export function casesByStep(db: Knex, { from, until }: Quarter): Promise<Tally[]> {
  return select(
    db,
    `select place, value, cast(count(*) as int) as count
     from (
       select left(region, 9) as place,
         case when closed_at < :until then 'CLOSED' else coalesce(taken.step, 'DISCOVERED') end as value,
         case when closed_at < :until then closed_at else taken_at end as reached_at
       from exposed.case_file left join lateral (
         select step, taken_at from exposed.case_step
         where case_step.case_id = case_file.case_id and taken_at < :until
         order by taken_at desc, case_step_id desc limit 1
       ) as taken on true
       where opened_at < :until and (closed_at is null or closed_at >= :from)
     ) as reached
     where value <> 'CLOSED' or reached_at >= :from
     group by place, value`,
    { from, until },
  );
}

/** Clues received in the quarter, by channel. */
export function cluesByChannel(db: Knex, { from, until }: Quarter): Promise<Tally[]> {
  return select(
    db,
    `select left(region, 9) as place, channel as value, cast(count(*) as int) as count
     from exposed.clue
     where received_at >= :from and received_at < :until
     group by place, value`,
    { from, until },
  );
}

/**
 * The channels that reports list, the same for every region: a channel listed only in regions with clues would reveal
 * where one came in. The counts of unlisted channels would be suppressed everywhere.
 */
export async function channelsNamed(db: Knex, { until }: Quarter): Promise<readonly string[]> {
  const rows = await select<{ channel: string }>(
    db,
    'select channel from exposed.clue where received_at < :until group by channel having count(*) >= :least order by channel',
    { until, least: LEAST_CLUES_OF_A_CHANNEL },
  );
  return rows.map(({ channel }) => channel);
}

/**
 * Steps with a due time, `LATE` or `ON_TIME`: those taken in the quarter, and as late those due in it but not taken by
 * its end. An open case's current due time also applied then.
 */
export function stepsByPunctuality(db: Knex, { from, until }: Quarter): Promise<Tally[]> {
  return select(
    db,
    `select left(region, 9) as place, case when late then 'LATE' else 'ON_TIME' end as value,
       cast(count(*) as int) as count
     from (
       select region, taken_at > step.due_at as late
       from exposed.case_step as step join exposed.case_file using (case_id)
       where step.due_at is not null and taken_at >= :from
         and (taken_at < :until or step.due_at >= :from and step.due_at < :until)
       union all
       select region, true
       from exposed.case_file
       where closed_at is null and due_at >= :from and due_at < :until
     ) as due
     group by place, value`,
    { from, until },
  );
}

async function select<Row>(db: Knex, sql: string, bindings: Readonly<Record<string, string | number>>): Promise<Row[]> {
  const { rows } = await db.raw(sql, bindings);
  return rows;
}
