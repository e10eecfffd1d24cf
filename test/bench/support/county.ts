import type { Knex } from 'knex';
import { REGIONS, VILLAGES } from '../../../shared/synthetic/geography';

/** The amount of a governance centre's data. */
export interface CountySize {
  readonly children: number;
  /** All clues and cases; the share of open ones per `children` is constant. */
  readonly clues: number;
  readonly cases: number;
  /** The factor of finished work: closed cases, completed tasks, past visits, sent notices. */
  readonly history: number;
}

export const COUNTY_SIZE: CountySize = { children: 178_400, clues: 70_000, cases: 20_000, history: 1 };

const AGENCIES = ['CIVIL_AFFAIRS', 'EDUCATION', 'PUBLIC_SECURITY', 'PROCURATORATE', 'WOMENS_FEDERATION', 'JUSTICE'];
const CATEGORIES = ['SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT'];

/**
 * Fills the governance centre's empty database with a county of synthetic children and case work, by statements over
 * sets; people are only numbers. @param owner on the role that owns the tables. @param today `2026-05-17`; due times
 * are around it, history before it.
 */
export async function fillCounty(owner: Knex, size: CountySize, today: string): Promise<void> {
  const { children, clues, cases, history } = size;
  const open = { cases: Math.ceil(cases * 0.15), clues: Math.ceil(clues * 0.06) };
  const villages = `(array['${VILLAGES.join("','")}'])`;
  const steps = "(array['DISCOVERED','ASSESSED','REFERRED','HANDLED','REVISITED'])";
  const village = (number: string) => `${villages}[1 + (${number}) % ${VILLAGES.length}]`;
  const one = (names: readonly string[], number: string) =>
    `(array['${names.join("','")}'])[1 + (${number}) % ${names.length}]`;
  const day = `timestamptz '${today}T09:00:00+08:00'`;
  /** Over three years, the newest first. */
  const past = (number: string, count: number | string) => `${day} - (${number}) * (interval '3 years' / (${count}))`;
  const soon = (number: string, days: number) =>
    `${day} + ((${number}) % ${days} - ${Math.floor(days / 6)}) * interval '1 day'`;
  const caseCount = cases * history;
  const clueCount = clues * history;
  const uses = Math.ceil(cases / 5) * history;
  const notices = children * 2 * history;

  const run = (sql: string) => owner.raw(sql);
  await owner('base.region')
    .insert(REGIONS.map(({ code, name, level }) => ({ code, name, level, valid_from: '2020-01-01' })))
    .onConflict()
    .ignore();
  await run(`create temporary table numbered as
    select number, rpad(translate(encode(sha256(number::text::bytea), 'base64'), '+/=', '-_'), 43, 'A') as id
    from generate_series(0, ${children - 1}) as number`);
  await run('alter table numbered add primary key (number)');
  await run(`insert into base.child (child_id, region) select id, ${village('number')} from numbered`);
  await run(`insert into base.risk_assessment
      (child_id, level, basis, assessed_at, confirmed_by, next_visit_due, in_force, practice)
    select id, ${one(['YELLOW', 'YELLOW', 'BLUE', 'BLUE', 'BLUE', 'ORANGE', 'YELLOW', 'BLUE', 'BLUE', 'RED'], 'number / 6')},
      '{留守}', ${past('number', children)}, '综治中心专干', date '${today}' + (number % 60) - 10, true, '99/2020-1'
    from numbered where number % 6 = 0`);
  await run(`insert into base.risk_assessment (child_id, level, basis, assessed_at, confirmed_by, in_force, practice)
    select id, ${one(['YELLOW', 'BLUE', 'ORANGE', 'RED'], 'number / 6 + n')}, '{留守}',
      ${past(`number + ${children} * n`, `${children} * ${history + 1}`)}, '综治中心专干', false, '99/2020-1'
    from numbered cross join generate_series(1, ${history}) as n where number % 6 = 0`);
  await run(`insert into base.risk_proposal (proposal_id, child_id, level, basis, practice, proposed_at, settled_at)
    select gen_random_uuid(), id, 'YELLOW', '{留守}', '99/2020-1', ${past(`number + ${children} * n`, `${children} * ${history + 1}`)},
      case when n > 0 or number % 60 > 0 then ${day} end
    from numbered cross join generate_series(0, ${history}) as n where number % 6 = 0`);
  await run(`insert into base.protection_assignment (child_id, category, lead_agency, since, next_visit_due)
    select id, ${one(CATEGORIES, 'number / 5')}, ${one(['WOMENS_FEDERATION', 'CIVIL_AFFAIRS', 'EDUCATION', 'PUBLIC_SECURITY'], 'number / 5')},
      date '${today}' - (number % 700), date '${today}' + (number % 45) - 5
    from numbered where number % 5 = 0`);
  await run(`insert into base.protection_assignment (child_id, category, lead_agency, since, ended_on)
    select id, 'SINGLE_PARENT', 'WOMENS_FEDERATION', date '${today}' - 900 - n, date '${today}' - 800 - n
    from numbered cross join generate_series(1, ${history}) as n where number % 10 = 0`);
  await run(`insert into base.protection_assignment (child_id, category, lead_agency, since, next_visit_due)
    select id, 'SERIOUS_MISCONDUCT', 'PUBLIC_SECURITY', date '${today}' - 100, date '${today}' + 1 from numbered where number % 500 = 1`);
  await run(`insert into base.tracked_deadline (deadline_id, kind, child_id, agency, due_on, settled_at)
    select gen_random_uuid(), ${one(['GUARDIANSHIP_ASSESSMENT', 'RECOMMENDATION_REPLY'], 'number / 6')}, id,
      ${one(['CIVIL_AFFAIRS', 'EDUCATION', 'PUBLIC_SECURITY'], 'number / 6')},
      date '${today}' + (number % 300) - 10 - 300 * n, case when n > 0 then ${day} end
    from numbered cross join generate_series(0, ${history}) as n where number % 6 = 1`);

  await run(`create temporary table opened as
    select number, gen_random_uuid() as case_id, number < ${open.cases} as open, left(${village('number * 7')}, 9) as region,
      ${past('number', caseCount)} as opened_at
    from generate_series(0, ${caseCount - 1}) as number`);
  await run(`insert into base.case_file
      (case_id, number, level, region, step, due_at, agencies, opened_at, closed_at, version)
    select case_id, 'K' || number, ${one(['RED', 'ORANGE', 'YELLOW'], 'number')}, region,
      case when open then ${steps}[1 + number % 5] else 'CLOSED' end,
      case when open then ${soon('number', 20)} end, '{GOVERNANCE_CENTER,EDUCATION,CIVIL_AFFAIRS}', opened_at,
      case when not open then opened_at + interval '40 days' end, 5
    from opened`);
  await run(`insert into base.case_child (case_id, child_id)
    select case_id, id from opened join numbered on numbered.number = opened.number * 7 % ${children}`);
  await run(`insert into base.case_step (case_id, step, taken_by, agency, taken_at, due_at)
    select case_id, ${steps}[n], '综治中心专干', 'GOVERNANCE_CENTER', opened_at + n * interval '5 days',
      opened_at + n * interval '5 days' + (number % 5 - 1) * interval '1 day'
    from opened cross join generate_series(1, 5) as n where not open or n <= 1 + number % 5`);
  await run(`insert into base.joint_meeting (meeting_id, kind, held_at, region, agencies)
    select gen_random_uuid(), ${one(['REGULAR', 'REGULAR', 'REGULAR', 'CASE_CONFERENCE'], 'number')},
      ${past('number', 2_000 * history)} + interval '10 days', left(${village('number')}, 9), '{GOVERNANCE_CENTER,EDUCATION}'
    from generate_series(0, ${2_000 * history - 1}) as number`);
  await run(`insert into base.meeting_attendee (meeting_id, officer, agency, attended, invited_at)
    select meeting_id, 'officer-' || (n * 17 + extract(epoch from held_at)::bigint % 400), ${one(AGENCIES, 'n')}, held_at < ${day}, held_at - interval '10 days'
    from base.joint_meeting cross join generate_series(1, 3) as n`);
  await run(`insert into base.participation (participation_id, case_id, officer, agency, confirmed_by, confirmed_at)
    select gen_random_uuid(), case_id, 'officer-' || (number * 5 + n) % 600, ${one(AGENCIES, 'n')}, 'head-' || n, opened_at
    from opened cross join generate_series(1, 5) as n`);
  await run(`insert into base.task (task_id, case_id, agency, due_at, done_at, outcome)
    select gen_random_uuid(), case_id, ${one(['GOVERNANCE_CENTER', ...AGENCIES], 'number + n')}, case when open then ${soon('number + n', 30)} else opened_at + interval '30 days' end,
      case when not open then opened_at + interval '29 days' end, case when not open then '已核实' end
    from opened cross join generate_series(1, 2) as n`);

  await run(`insert into base.clue (clue_id, channel, situation, received_at, region, child_id, case_id, feedback_due, feedback_at, receipt_number)
    select gen_random_uuid(), case when clue.number % 5000 = 4999 then '书信' else ${one(['强制报告', '12345热线', '网格摸排', '学校报告', '青春护航信箱'], 'clue.number')} end,
      '监护缺失', received_at, ${village('clue.number * 3')}, id, case_id,
      received_at + interval '7 days', case when clue.number >= ${open.clues} then received_at + interval '6 days' end, 'XS-' || clue.number
    from (select number, ${past('number', clueCount)} as received_at from generate_series(0, ${clueCount - 1}) as number) as clue
      join numbered on numbered.number = clue.number * 3 % ${children} left join opened on opened.number = clue.number / 3 and clue.number % 3 = 0`);
  await run(
    `insert into base.clue_reporter (clue_id, reporter) select clue_id, '网格员' from base.clue on conflict do nothing`,
  );
  await run(`insert into base.emergency_use
      (use_id, officer, agency, child_id, region, reason, opened_at, expires_at, review_due)
    select gen_random_uuid(), 'officer-' || use.number % 300, 'PUBLIC_SECURITY', id, ${village('use.number')},
      '出警处置，需核实监护人', opened_at, opened_at + interval '30 minutes', opened_at + interval '3 days'
    from (select number, ${past('number', uses)} as opened_at from generate_series(0, ${uses - 1}) as number) as use
      join numbered on numbered.number = use.number * 11 % ${children}`);
  await run(`update base.emergency_use
    set reviewed_at = opened_at + interval '2 days', reviewed_by = 'supervisor', finding = 'JUSTIFIED', note = '属实'
    where opened_at < ${past('100', uses)}`);
  await run(`insert into base.notice (notice_id, kind, subject, subject_id, region, occurred_at)
    select gen_random_uuid(), 'CASE_STEP_TAKEN', 'CASE', gen_random_uuid()::text, '990101001', ${past('number', notices)}
    from generate_series(0, ${notices - 1}) as number`);
  await run('drop table numbered, opened');
  for (const { name } of (
    await run("select relname as name from pg_class where relnamespace = 'base'::regnamespace and relkind = 'r'")
  ).rows) {
    await run(`vacuum (analyze) base.${name}`);
  }
}
