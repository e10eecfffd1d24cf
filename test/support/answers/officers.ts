import { COVERED, ordinaryRecord, REGION } from '../../../developer-kit/access-matrix/sample-requests';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import { readAgencyRules, ruleTexts } from '../../../shared/access/agency-rules';
import type { DataClassName } from '../../../shared/access/catalogue';
import { AccessRules, type Answer } from '../../../shared/access/decide';
import type { Grant } from '../../../shared/access/grant';
import { AGENCIES, type Agency } from '../../../shared/domain/agencies';
import type { Role } from '../../../shared/domain/caller';
import type { Purpose } from '../../../shared/domain/purpose';
import type { AccessContext } from '../../../shared/protocol/context-token';

/** What an officer can do about a child without being confirmed for it one by one, and what needs that. */
export interface Way {
  /** The column of the cases files. */
  readonly column: string;
  readonly context: AccessContext;
}

/** An officer in one role, with every way to a child that the role has. */
export interface Officer {
  /** `agency-officer of education` */
  readonly name: string;
  readonly agency: Agency;
  readonly ways: readonly Way[];
}

/** Every officer who works with children: without a case, a meeting or a misconduct-support assignment, and with one. */
export const OFFICERS: readonly Officer[] = [
  officer('case-worker', 'governance-center', [
    ['triage', 'RISK_ASSESSMENT'],
    ['assessment', 'RISK_ASSESSMENT', 'assessment'],
    ['visit', 'VISIT', 'visits'],
    ['emergency', 'EMERGENCY'],
  ]),
  officer('case-worker', 'governance-center', [['case-handling', 'CASE_HANDLING', 'case']]),
  officer('child-director', 'civil-affairs', [['visit', 'VISIT', 'visits']]),
  ...AGENCIES.map((agency) =>
    officer('agency-officer', agency, [
      ['case-officer', 'CASE_HANDLING', 'case'],
      ['welfare', 'WELFARE_SERVICE', 'task'],
      ['welfare', 'WELFARE_SERVICE', 'protection'],
      ['report-recipient', 'MANDATORY_REPORT', 'clue'],
      ['owner', 'OWN_DUTY'],
      ...(agency === 'public-security' ? [['emergency', 'EMERGENCY'] as const] : []),
    ]),
  ),
  ...AGENCIES.map((agency) =>
    officer('meeting-member', agency, [['joint-meeting', 'JOINT_MEETING', { meetingKind: 'REGULAR' }]]),
  ),
  ...AGENCIES.map((agency) =>
    officer('meeting-member', agency, [['case-conference', 'JOINT_MEETING', { meetingKind: 'CASE_CONFERENCE' }]]),
  ),
];

/** The data classes of all catalogues. */
export function knownClasses(): ReadonlySet<DataClassName> {
  return new Set([...RULES.values()].flatMap(({ catalogue }) => [...catalogue.classes.keys()]));
}

/**
 * The rules' answer about a record with everything that opens it: in the region, about the covered child, all marks set
 * but that of a protected location.
 */
export function answerTo({ context }: Way, dataClass: DataClassName, maskable = true): Answer {
  const agency = RULES.get(dataClass.split('.')[0] ?? '');
  if (agency === undefined) throw new Error(`No agency has ${dataClass}.`);
  const { attributes } = agency.catalogue;
  const marks = Object.entries(attributes).flatMap(([name, type]) => (type === 'Bool' ? [name.replace('?', '')] : []));
  const record = {
    ...ordinaryRecord(attributes, context.caller.agency),
    ...Object.fromEntries(marks.map((name) => [name, !name.endsWith('Protected')])),
  };
  return agency.rules.decisionsFor(context).decide([[[dataClass]]], record, maskable);
}

export const isAnswered = (answer: Answer): boolean => answer === 'CLEAR' || answer === 'MASKED';

// Private:

const RULES: ReadonlyMap<string, { readonly rules: AccessRules; readonly catalogue: Catalogue }> = rulesByAgency();

type Catalogue = ReturnType<typeof readAgencyRules>['catalogue'];

function rulesByAgency() {
  return new Map(
    SUBGRAPHS.map(({ agency, folder }) => {
      const read = readAgencyRules(agency, ruleTexts(folder));
      return [agency as string, { rules: new AccessRules([read]), catalogue: read.catalogue }];
    }),
  );
}

type Given = Grant['kind'] | { readonly meetingKind: Grant['meetingKind'] };

function officer(
  role: Role,
  agency: Agency,
  ways: readonly (readonly [column: string, purpose: Purpose, given?: Given])[],
): Officer {
  const caller = { sub: role, name: role, agency, roles: [role], region: REGION };
  return {
    name: `${role} of ${agency}`,
    agency,
    ways: ways.map(([column, purpose, given]) => ({
      column,
      context: { caller, purpose, reference: null, grant: grantOf(given), reasonGiven: true },
    })),
  };
}

function grantOf(given: Given | undefined): Grant | null {
  if (given === undefined) return null;
  return typeof given === 'string' ? { ...COVERED, kind: given } : { ...COVERED, kind: 'meeting', ...given };
}
