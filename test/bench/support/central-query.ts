import type { ClientBase, Pool } from 'pg';
import type { Scenario } from './scenarios';

/** Every section of the bench's requests about one child `c`, as JSON, so the database does all the work. */
const CHILD = `
  c.child_id as id,
  case when r.child_id is not null then json_build_object('level', r.level, 'basis', r.basis,
    'assessedAt', ${instant('r.assessed_at')}, 'nextVisitDue', r.next_visit_due) end as risk,
  case when p.child_id is not null then json_build_object('fullName', p.full_name,
    'sex', case p.sex when 1 then 'MALE' when 2 then 'FEMALE' when 9 then 'UNSPECIFIED' else 'UNKNOWN' end,
    'age', extract(year from age((now() at time zone 'Asia/Shanghai')::date, p.birth_date))::int,
    'asOf', ${instant('p.as_of')}) end as identity,
  case when h.child_id is not null then json_build_object('residenceRegion', h.residence_region, 'members', (
    select coalesce(json_agg(json_build_object('name', m.name, 'kinship', m.kinship, 'livesTogether', m.lives_together)
      order by m.position), '[]') from public_security.household_member m where m.child_id = c.child_id)) end as household,
  case when w.child_id is not null then json_build_object('categories', w.categories, 'since', w.since) end as welfare,
  case when e.child_id is not null then json_build_object('school', e.school, 'schoolType', e.school_type,
    'grade', e.grade, 'className', e.class_name, 'boarding', e.boarding, 'status', e.status,
    'asOf', ${instant('e.as_of')}) end as enrolment,
  (select coalesce(json_agg(json_build_object('number', d.number, 'kind', d.kind, 'issuedAt', d.issued_at,
      'addressee', d.addressee) order by d.issued_at desc, d.document_id), '[]')
    from procuratorate.legal_document d where d.child_id = c.child_id) as "protectionOrders"`;

const JOIN = `
  left join governance_center.risk_assessment r on r.child_id = c.child_id and r.in_force
  left join public_security.person p on p.child_id = c.child_id
  left join public_security.household h on h.child_id = c.child_id
  left join civil_affairs.welfare w on w.child_id = c.child_id
  left join education.enrolment e on e.child_id = c.child_id`;

/** `$1` is the child, or the child before the page; `$2` are the children of the case. */
const STATEMENTS: Readonly<Record<Scenario, string>> = {
  record: `select ${CHILD} from governance_center.child c ${JOIN}
    where c.child_id = $1 and c.child_id = any($2)`,
  // The page first, then its data.
  page100: `select ${CHILD} from (
      select child_id from governance_center.child
      where child_id > $1 and child_id = any($2) order by child_id limit 100) c ${JOIN}
    order by c.child_id`,
};

/** Disk cost settings with which the planner looks up a hundred children instead of reading all. */
export const CENTRAL_OPTIONS = '-c random_page_cost=1.1';

function instant(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/**
 * Runs a bench request as one SQL statement over the central copy. @param of the child, or the one before the page;
 * empty for the first page. @param visible the children of the case.
 */
export async function centralRows(
  db: ClientBase | Pool,
  scenario: Scenario,
  of: string,
  visible: readonly string[],
): Promise<readonly unknown[]> {
  const { rows } = await db.query({ name: scenario, text: STATEMENTS[scenario], values: [of, visible] });
  return rows;
}
