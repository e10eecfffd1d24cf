import type { Agency } from '../../../shared/agencies';
import { MEMBERS } from './askers';

/** Something that is true in one world and not in the other. Everything else is the same in both. */
export interface Fact {
  /** The data class; of a sealed fact, its agency and table. */
  readonly name: string;
  readonly agency: Agency;
  /** SQL on base tables; `:focus`, `:sealed` and `:clue` are bound. */
  readonly put: string;
  readonly takeOut: string;
}

/** One that some callers are shown. */
export interface AbsentFact extends Fact {
  /** The field that shows it, from a child or a clue on. */
  readonly field: readonly string[];
  readonly of: 'Child' | 'Clue';
  /** Names of askers whose answer it is part of, clear or masked. To all others it is absent. */
  readonly shownTo: readonly string[];
}

// Who gets which answer, by columns of that table.
const inRegion = (...purposes: string[]) =>
  ['town-case-worker', 'county-case-worker'].flatMap((caller) => purposes.map((purpose) => `${caller} ${purpose}`));
const CASE_WORKER = inRegion('RISK_ASSESSMENT', 'VISIT');
const CASE_WORKER_ON_CASE = inRegion('CASE_HANDLING its-case');
const CONFERENCE = MEMBERS.map((caller) => `${caller} JOINT_MEETING case-conference`);
const ANY_MEETING = [...CONFERENCE, ...MEMBERS.map((caller) => `${caller} JOINT_MEETING regular-meeting`)];
const BREAK_GLASS = [...inRegion('EMERGENCY'), 'police-officer EMERGENCY'];
const VIOLENCE = [...CASE_WORKER, ...CASE_WORKER_ON_CASE, ...CONFERENCE, ...BREAK_GLASS];
const POLICE = 'police-officer OWN_DUTY';
const WOMENS_FEDERATION = 'womens-federation-officer OWN_DUTY';

/** Every data class whose refusal is silent. The child of these facts is on a case, and on the docket of two meetings. */
export const ABSENT_FACTS: readonly AbsentFact[] = [
  {
    name: 'governance-center.reporter',
    agency: 'governance-center',
    put: `insert into base.clue_reporter (clue_id, reporter, contact) values (:clue, '班主任', '校内分机')`,
    takeOut: 'delete from base.clue_reporter where clue_id = :clue',
    field: ['reporter'],
    of: 'Clue',
    shownTo: ['police-officer MANDATORY_REPORT'],
  },
  {
    name: 'public-security.address',
    agency: 'public-security',
    put: `update base.household set address = '青禾县柳溪镇溪口村3组12号', address_protected = true
      where child_id = :focus`,
    // A household whose address the register does not have, and nothing to protect.
    takeOut: 'update base.household set address = null, address_protected = false where child_id = :focus',
    field: ['household', 'address'],
    of: 'Child',
    shownTo: [
      POLICE,
      'police-officer EMERGENCY',
      'police-member JOINT_MEETING regular-meeting',
      'police-member JOINT_MEETING case-conference',
    ],
  },
  {
    name: 'public-security.family-violence',
    agency: 'public-security',
    put: `insert into base.domestic_violence_warning (child_id, number, issued_at, follow_up_due)
      values (:focus, '告诫〔2026〕101号', '2026-05-04T10:30:00+08:00', '2026-06-03')`,
    takeOut: 'delete from base.domestic_violence_warning where child_id = :focus',
    field: ['domesticViolenceWarnings', 'number'],
    of: 'Child',
    shownTo: [...VIOLENCE, POLICE, WOMENS_FEDERATION],
  },
  {
    name: 'civil-affairs.welfare-reason',
    agency: 'civil-affairs',
    put: `update base.welfare set reason = '父亲服刑，母亲失联六个月以上' where child_id = :focus`,
    takeOut: 'update base.welfare set reason = null where child_id = :focus',
    field: ['welfare', 'reason'],
    of: 'Child',
    shownTo: ['civil-affairs-officer OWN_DUTY'],
  },
  {
    name: 'civil-affairs.placement',
    agency: 'civil-affairs',
    put: `update base.temporary_guardianship set placement = '青禾县家庭寄养点' where child_id = :focus`,
    takeOut: 'update base.temporary_guardianship set placement = null where child_id = :focus',
    field: ['guardianship', 'temporary', 'placement'],
    of: 'Child',
    shownTo: ['civil-affairs-officer OWN_DUTY', 'police-officer EMERGENCY'],
  },
  {
    name: 'education.wellbeing-score',
    agency: 'education',
    put: 'update base.wellbeing_screening set score = 12 where child_id = :focus',
    takeOut: 'update base.wellbeing_screening set score = null where child_id = :focus',
    field: ['wellbeingScreening', 'score'],
    of: 'Child',
    shownTo: ['education-officer OWN_DUTY'],
  },
  {
    name: 'procuratorate.victim-support',
    agency: 'procuratorate',
    put: `insert into base.victim_support (child_id, needs, one_stop_interview_done, legal_aid, since)
      values (:focus, '{心理疏导,法律援助}', true, true, '2026-05-04')`,
    takeOut: 'delete from base.victim_support where child_id = :focus',
    field: ['victimSupport', 'needs'],
    of: 'Child',
    shownTo: [...CASE_WORKER_ON_CASE, ...ANY_MEETING, 'prosecutor OWN_DUTY'],
  },
  {
    name: 'procuratorate.judicial-aid',
    agency: 'procuratorate',
    put: `insert into base.judicial_aid (child_id, kind, granted_at, amount)
      values (:focus, '司法救助金', '2026-06-04', 8000)`,
    takeOut: 'delete from base.judicial_aid where child_id = :focus',
    field: ['judicialAid', 'amount'],
    of: 'Child',
    shownTo: [...CASE_WORKER_ON_CASE, 'prosecutor OWN_DUTY'],
  },
  {
    name: 'womens-federation.family-complaint',
    agency: 'womens-federation',
    put: `insert into base.family_complaint (child_id, received_at, kind, handling, reporter, child_as_offender)
      values (:focus, '2026-05-02T16:20:00+08:00', '家庭暴力', '已转公安并跟进', '邻居', false)`,
    takeOut: 'delete from base.family_complaint where child_id = :focus and not child_as_offender',
    field: ['familyComplaints', 'kind'],
    of: 'Child',
    shownTo: [...CASE_WORKER_ON_CASE, ...CONFERENCE, WOMENS_FEDERATION, POLICE],
  },
  {
    name: 'womens-federation.reporter',
    agency: 'womens-federation',
    put: `update base.family_complaint set reporter = '邻居' where child_id = :focus and not child_as_offender`,
    takeOut: 'update base.family_complaint set reporter = null where child_id = :focus and not child_as_offender',
    field: ['familyComplaints', 'reporter'],
    of: 'Child',
    shownTo: [WOMENS_FEDERATION],
  },
  {
    name: 'womens-federation.safety-order',
    agency: 'womens-federation',
    put: `insert into base.safety_order_application (child_id, applied_at, decision, decided_at, valid_until)
      values (:focus, '2026-05-09T09:10:00+08:00', '准予', '2026-05-11T17:00:00+08:00', '2026-11-10')`,
    takeOut: 'delete from base.safety_order_application where child_id = :focus',
    field: ['safetyOrderApplications', 'decision'],
    of: 'Child',
    shownTo: [...VIOLENCE, WOMENS_FEDERATION, POLICE],
  },
];

const sealed = (
  agency: Agency,
  table: string,
  columns: Readonly<Record<string, string>>,
  condition = 'true',
): Fact => ({
  name: `${agency} ${table}`,
  agency,
  put: `insert into base.${table} (child_id, ${Object.keys(columns).join(', ')})
    select child_id, ${Object.values(columns).join(', ')} from (values (:focus), (:sealed)) as child (child_id)`,
  takeOut: `delete from base.${table} where child_id in (:focus, :sealed) and ${condition}`,
});

const DAY = `date '2025-11-02'`;
const TIME = `timestamptz '2025-11-02T19:20:00+08:00'`;

/** What no view shows, whoever asks: of the child of the facts, and of a child about whom there is nothing else. */
export const SEALED_FACTS: readonly Fact[] = [
  sealed('public-security', 'juvenile_record', { measure: `'训诫'`, decided_at: DAY }),
  sealed(
    'public-security',
    'incident',
    { part: `'SUSPECT'`, receipt_number: `'J202511021234'`, type: `'涉案'`, occurred_at: TIME, handling: `'封存'` },
    `part = 'SUSPECT'`,
  ),
  sealed('procuratorate', 'juvenile_case', { decision: `'附条件不起诉'`, decided_at: DAY }),
  sealed(
    'procuratorate',
    'legal_document',
    { number: `'县检未〔2025〕123号'`, kind: `'附条件不起诉决定书'`, issued_at: DAY, tied_to_suspect: 'true' },
    'tied_to_suspect',
  ),
  sealed('education', 'special_education', { admitted_at: DAY, school: `'专门学校'` }),
  sealed('civil-affairs', 'adoption', { registered_at: DAY }),
  sealed(
    'womens-federation',
    'family_complaint',
    { received_at: TIME, kind: `'未成年人行为'`, handling: `'封存'`, child_as_offender: 'true' },
    'child_as_offender',
  ),
  ...['SERIOUS_MISCONDUCT', 'COMMUNITY_CORRECTION'].map((category) => ({
    ...sealed(
      'governance-center',
      'protection_assignment',
      { category: `'${category}'`, lead_agency: `'PUBLIC_SECURITY'`, since: DAY },
      `category = '${category}'`,
    ),
    name: `governance-center protection_assignment ${category}`,
  })),
];
