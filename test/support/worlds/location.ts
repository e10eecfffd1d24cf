import { AGENCIES, type Agency } from '../../../shared/domain/agencies';
import { ownerOf, type World } from './world';

const COUNTY = '990101';

/** Tables of rosters other than `child`. */
const ROSTERS: Readonly<Partial<Record<Agency, string>>> = { 'public-security': 'person' };

/** Every value that tells where a child is: columns by agency and table, all of them null in a world of unknown place. */
const TELLING: Readonly<Partial<Record<Agency, Readonly<Record<string, readonly string[]>>>>> = {
  'public-security': { household: ['address', 'residence_region'] },
  'civil-affairs': { home_visit: ['visitor', 'summary'] },
  education: {
    enrolment: ['school', 'school_type', 'class_name', 'boarding'],
    special_needs_plan: ['placement'],
  },
  procuratorate: { legal_document: ['addressee'] },
  'womens-federation': { loving_mother: ['name'], safety_officer: ['name'] },
  'governance-center': { protection_assignment: ['responsible'] },
};

/** What the child of the facts does not have yet of the kinds that tell a place. */
const ADDED: Readonly<Partial<Record<Agency, string>>> = {
  education: `insert into base.special_needs_plan (child_id, started_at, placement)
    values (:child, date '2026-03-01', '随班就读') on conflict do nothing`,
  'governance-center': `
    insert into base.risk_visit (visit_id, assessment_key, visited_at, visited_by, note, written_for)
      select gen_random_uuid(), assessment_key, now() - interval '2 days', '村儿童主任', '在外婆家', 'VISIT'
      from base.risk_assessment where child_id = :child and in_force;
    insert into base.protection_visit (visit_id, assignment_id, party, helps, visited_at, visited_by, agency, note, written_for)
      select gen_random_uuid(), assignment_id, 'FAMILY', array['生活'], now() - interval '2 days', '网格员',
        'CIVIL_AFFAIRS', '在外婆家', 'VISIT'
      from base.protection_assignment where child_id = :child and ended_on is null;
    update base.protection_assignment set responsible = '方秋穗' where child_id = :child and ended_on is null`,
};

/** A child about whom every value is known that tells the place. */
export async function withEveryPlace({ owners, focus }: World): Promise<void> {
  for (const agency of AGENCIES) await run(ADDED[agency], agency);
  async function run(sql: string | undefined, agency: Agency): Promise<void> {
    for (const one of (sql ?? '').split(';')) {
      if (one.trim() !== '') await ownerOf(owners, agency).raw(one, { child: focus.child });
    }
  }
}

/** The child's location is protected, and nothing else changes. */
export async function protectedPlace({ owners, focus }: World): Promise<void> {
  for (const agency of AGENCIES) {
    await ownerOf(
      owners,
      agency,
    )(`base.${ROSTERS[agency] ?? 'child'}`)
      .where({ child_id: focus.child })
      .update({ location_protected: true });
  }
}

/** Nobody protects the same child, whose place nobody knows. */
export async function unknownPlace({ owners, focus }: World): Promise<void> {
  const where = { child_id: focus.child };
  for (const agency of AGENCIES) {
    const owner = ownerOf(owners, agency);
    await owner(`base.${ROSTERS[agency] ?? 'child'}`)
      .where(where)
      .update({ location_protected: false, region: COUNTY });
    for (const [table, columns] of Object.entries(TELLING[agency] ?? {})) {
      await owner(`base.${table}`)
        .where(where)
        .update(Object.fromEntries(columns.map((column) => [column, null])));
    }
  }
  const police = ownerOf(owners, 'public-security');
  await police('base.household_member').where(where).delete();
  await police('base.household')
    .where(where)
    .update({ registered_region: police.raw('left(registered_region, 6)') });
  // Visits are only ever added to, except here.
  const centre = ownerOf(owners, 'governance-center');
  for (const [table, key, parent] of [
    ['risk_visit', 'assessment_key', 'risk_assessment'],
    ['protection_visit', 'assignment_id', 'protection_assignment'],
  ] as const) {
    await centre.raw(`alter table base.${table} disable trigger append_only`);
    await centre(`base.${table}`)
      .whereIn(key, centre(`base.${parent}`).where(where).select(key))
      .update({ note: null, visited_by: null });
    await centre.raw(`alter table base.${table} enable trigger append_only`);
  }
}
