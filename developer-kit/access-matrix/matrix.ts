import type { AgencyRules } from '../../shared/access/agency-rules';
import type { DataClass, DataClassName } from '../../shared/access/catalogue';
import type { ResourceAttributes } from '../../shared/access/compile';
import { AccessRules, type Answer } from '../../shared/access/decide';
import type { Grant } from '../../shared/access/grant';
import { AGENCIES, AGENCY_PROFILES, type Agency, isAgency } from '../../shared/domain/agencies';
import { ROLES, type Role } from '../../shared/domain/caller';
import { PURPOSES, type Purpose, REFERENCE_KIND } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import {
  ASSESSMENT,
  ASSIGNMENT,
  ASSIGNMENT_AT_SCHOOL,
  CASE_CONFERENCE,
  CASE_GRANT,
  CLUE_GRANT,
  ordinaryRecord,
  REGION,
  REGULAR_MEETING,
  TASK_GRANT,
  VISITS,
} from './sample-requests';

/**
 * The access matrix, computed from the rules for one record within everybody's scope: a child in the caller's region,
 * covered by the case or meeting of the reference. Source of docs/reference/access-matrix.md.
 */

/** One column: callers with one or more purposes. */
export interface Column {
  readonly heading: string;
  readonly meaning: string;
  /** One context for each caller and purpose. @param owner of the class. */
  readonly asks: (owner: Agency) => readonly AccessContext[];
}

const ELSEWHERE = '990102';

function asks(
  role: Role,
  agency: Agency,
  purpose: Purpose,
  grant: Grant | null = null,
  region = REGION,
): AccessContext {
  const caller = { sub: role, name: role, agency, roles: [role], region };
  return { caller, purpose, reference: null, grant, reasonGiven: true };
}

const officer = (agency: Agency): Column => ({
  heading: AGENCY_PROFILES[agency].short,
  meaning: `${AGENCY_PROFILES[agency].name} officer (\`agency-officer\` of ${agency}) for OWN_DUTY`,
  asks: () => [asks('agency-officer', agency, 'OWN_DUTY')],
});

/** Officers of other agencies than the owner; a cell has their different answers. */
const otherOfficers = (heading: string, meaning: string, purpose: Purpose, ...grants: readonly Grant[]): Column => ({
  heading,
  meaning: `officers of agencies that do not own the class, for ${purpose} with ${meaning}`,
  asks: (owner) =>
    AGENCIES.filter((agency) => agency !== owner || owner === 'governance-center').flatMap((agency) =>
      grants.map((grant) => asks('agency-officer', agency, purpose, grant)),
    ),
});

export const COLUMNS: readonly Column[] = [
  column('CW', '综治中心专干 for RISK_ASSESSMENT', asks('case-worker', 'governance-center', 'RISK_ASSESSMENT')),
  column(
    'CW+研',
    'the same with an assessment that covers the child',
    asks('case-worker', 'governance-center', 'RISK_ASSESSMENT', ASSESSMENT),
  ),
  column(
    'CW+case',
    '综治中心专干 for CASE_HANDLING with a case that covers the child',
    asks('case-worker', 'governance-center', 'CASE_HANDLING', CASE_GRANT),
  ),
  column(
    'JM',
    '联席会议成员 for JOINT_MEETING with a regular meeting that covers the child',
    asks('meeting-member', 'education', 'JOINT_MEETING', REGULAR_MEETING),
  ),
  column(
    'JM*',
    'the same with a case conference (个案会商)',
    asks('meeting-member', 'education', 'JOINT_MEETING', CASE_CONFERENCE),
  ),
  otherOfficers('办', 'a case that covers the child', 'CASE_HANDLING', CASE_GRANT),
  otherOfficers(
    '帮',
    'a task or an assignment that covers the child',
    'WELFARE_SERVICE',
    TASK_GRANT,
    ASSIGNMENT,
    ASSIGNMENT_AT_SCHOOL,
  ),
  otherOfficers('收', 'a clue about the child', 'MANDATORY_REPORT', CLUE_GRANT),
  column(
    '走',
    '综治中心专干 or 儿童主任 for VISIT with visits that cover the child',
    asks('case-worker', 'governance-center', 'VISIT', VISITS),
    asks('child-director', 'civil-affairs', 'VISIT', VISITS),
  ),
  {
    heading: '本',
    meaning: 'officers and members of the agency that owns the class, with any reference that covers the child',
    asks: (owner) => [
      asks('agency-officer', owner, 'CASE_HANDLING', CASE_GRANT),
      asks('agency-officer', owner, 'WELFARE_SERVICE', TASK_GRANT),
      asks('agency-officer', owner, 'MANDATORY_REPORT', CLUE_GRANT),
      asks('meeting-member', owner, 'JOINT_MEETING', REGULAR_MEETING),
      asks('meeting-member', owner, 'JOINT_MEETING', CASE_CONFERENCE),
    ],
  },
  ...AGENCIES.map(officer),
  column('报', '公安 officer for MANDATORY_REPORT', asks('agency-officer', 'public-security', 'MANDATORY_REPORT')),
  column('急CW', '综治中心专干 for EMERGENCY, with a reason', asks('case-worker', 'governance-center', 'EMERGENCY')),
  column('急公', '公安 officer for EMERGENCY, with a reason', asks('agency-officer', 'public-security', 'EMERGENCY')),
  column('秘', '联席会议秘书 for any purpose', ...forAnyPurpose('meeting-clerk', 'governance-center')),
  column('督', '督导员 for SUPERVISION', asks('supervisor', 'governance-center', 'SUPERVISION')),
  column('审', '审计员 for ACCESS_AUDIT', asks('auditor', 'governance-center', 'ACCESS_AUDIT')),
  column('开', '部门开发者 for any purpose', ...forAnyPurpose('developer', 'education')),
  column(
    '邻',
    '综治中心专干 of another county for RISK_ASSESSMENT',
    asks('case-worker', 'governance-center', 'RISK_ASSESSMENT', null, ELSEWHERE),
  ),
];

function column(heading: string, meaning: string, ...contexts: AccessContext[]): Column {
  return { heading, meaning, asks: () => contexts };
}

function forAnyPurpose(role: Role, agency: Agency): AccessContext[] {
  return PURPOSES.map((purpose) => asks(role, agency, purpose));
}

const LETTERS: Readonly<Record<Answer, string>> = { CLEAR: 'C', MASKED: 'M', DENIED: 'D', ABSENT: 'A' };

export interface Row {
  readonly name: DataClassName;
  readonly dataClass: DataClass;
  /** One letter per column; if its purposes differ, one letter for each in order, `D/C`. */
  readonly cells: readonly string[];
  /** All callers who are answered, by agency and purpose: the same facts in full. */
  readonly answered: readonly string[];
}

/** The rows of one agency. */
export function rowsOf(agency: AgencyRules): readonly Row[] {
  const rules = new AccessRules([agency], { profiles: 50_000 });
  const answer = (name: DataClassName, context: AccessContext, record: ResourceAttributes): Answer =>
    rules.decisionsFor(context).decide([[[name]]], record, true);
  const mayWrite = (name: DataClassName, context: AccessContext): boolean =>
    rules.decisionsFor(context).unmetToWrite([[[name]]], undefined).length === 0;
  const { attributes, classes } = agency.catalogue;
  const record = (context: AccessContext) => ordinaryRecord(attributes, context.caller.agency);
  const places = Object.entries(attributes).filter(([, type]) => type === 'Region');
  const elsewhere = Object.fromEntries(places.map(([name]) => [name.replace('?', ''), ELSEWHERE]));
  const exceptions = Object.entries(attributes).flatMap(([attribute, type]) =>
    type === 'Bool' ? [attribute.replace('?', '')] : [],
  );
  return [...classes].map(([name, dataClass]) => {
    const ordinary = answeredTo((context) => answer(name, context, record(context)));
    const where = (condition: string, change: Partial<ResourceAttributes>): readonly string[] => {
      const lines = answeredTo((context) => answer(name, context, { ...record(context), ...change }));
      if (lines.join() === ordinary.join()) return [];
      return lines.length === 0 ? [`${condition}, nobody`] : lines.map((line) => `${condition}, ${line}`);
    };
    return {
      name,
      dataClass,
      cells: COLUMNS.map(({ asks: contexts }) =>
        [...new Set(contexts(ownerOf(name)).map((context) => LETTERS[answer(name, context, record(context))]))].join(
          '/',
        ),
      ),
      answered: [
        ...ordinary,
        ...exceptions.flatMap((attribute) => where(`where \`${attribute}\` holds`, { [attribute]: true })),
        // Shows what only a conjunction of classes opens.
        ...(exceptions.length > 1
          ? where(
              `where ${exceptions.map((attribute) => `\`${attribute}\``).join(', ')} hold`,
              Object.fromEntries(exceptions.map((attribute) => [attribute, true])),
            )
          : []),
        ...answeredTo((context) => answer(name, context, { ...record(context), ...elsewhere })).map(
          (line) => `also beyond their region, ${line}`,
        ),
        ...answeredTo((context) => (mayWrite(name, context) ? 'CLEAR' : 'DENIED')).map((line) =>
          line.replace(/^clear:/, 'writes, by some mutation:'),
        ),
      ],
    };
  });
}

function ownerOf(dataClass: DataClassName): Agency {
  const [owner = ''] = dataClass.split('.');
  if (!isAgency(owner)) throw new Error(`${dataClass} belongs to no agency.`);
  return owner;
}

/** Asks for every role, agency, purpose and grant, and lists who is answered: `clear: case-worker (VISIT)`. */
function answeredTo(answer: (context: AccessContext) => Answer): readonly string[] {
  const lines: string[] = [];
  for (const wanted of ['CLEAR', 'MASKED'] as const) {
    const who: string[] = [];
    for (const role of ROLES) {
      const byPurposes = new Map<string, Agency[]>();
      for (const agency of AGENCIES) {
        const purposes = PURPOSES.flatMap((purpose) => {
          const condition = conditionOf(answer, wanted, role, agency, purpose);
          return condition === undefined ? [] : [`${purpose}${condition}`];
        }).join(', ');
        if (purposes !== '') byPurposes.set(purposes, [...(byPurposes.get(purposes) ?? []), agency]);
      }
      for (const [purposes, agencies] of byPurposes) {
        const of = agencies.length === AGENCIES.length ? '' : ` of ${agencies.join(', ')}`;
        const all = purposes.split(', ').length === PURPOSES.length ? 'any purpose' : purposes;
        who.push(`\`${role}\`${of} (${all})`);
      }
    }
    if (who.length > 0) lines.push(`${wanted.toLowerCase()}: ${who.join('; ')}`);
  }
  return lines;
}

/** The reference that leads to this answer; undefined if none does. */
function conditionOf(
  answer: (context: AccessContext) => Answer,
  wanted: Answer,
  role: Role,
  agency: Agency,
  purpose: Purpose,
): string | undefined {
  const kinds = REFERENCE_KIND[purpose]?.kinds ?? [];
  const grants: readonly (readonly [string, Grant | null])[] = [
    ['', null],
    ...REFERRED.filter(([, { kind }]) => kinds.includes(kind)),
  ];
  return grants.find(([, grant]) => answer(asks(role, agency, purpose, grant)) === wanted)?.[0];
}

/** What references can cover; the gateway accepts each for its purposes only. */
const REFERRED: readonly (readonly [string, Grant])[] = [
  [' with its case', CASE_GRANT],
  [' with its meeting', REGULAR_MEETING],
  [' with its case conference', CASE_CONFERENCE],
  [' with its task', TASK_GRANT],
  [' with its assignment', ASSIGNMENT],
  [' with its assignment, which visits school', ASSIGNMENT_AT_SCHOOL],
  [' with its assessment', ASSESSMENT],
  [' with its visits', VISITS],
  [' with its clue', CLUE_GRANT],
];
