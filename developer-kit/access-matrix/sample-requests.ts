import type { ResourceAttributes } from '../../shared/access/compile';
import type { Value } from '../../shared/access/expression';
import type { Grant } from '../../shared/access/grant';
import type { Attributes, AttributeType } from '../../shared/access/rule-vocabulary';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';

// Inputs of the rules without a real request: a caller's region, one record, and a reference that covers it.

/** The callers' region. */
export const REGION = '990101';
/** Used as id of the child and of everything that references cover. */
export const THIS = 'this';

/** A reference to everything of this id that a rule could ask of it. */
export const covering = (id: string): Omit<Grant, 'kind' | 'meetingKind'> => ({
  children: [id],
  cases: [id],
  meetings: [id],
  tasks: [id],
  assignments: [id],
  clues: [id],
  visitsSchool: true,
});
export const COVERED = covering(THIS);
/** What a reference about another child covers. */
export const COVERS_ANOTHER = covering('another');
export const CASE_GRANT: Grant = { kind: 'case', ...COVERED };
export const REGULAR_MEETING: Grant = { kind: 'meeting', meetingKind: 'REGULAR', ...COVERED };
export const CASE_CONFERENCE: Grant = { kind: 'meeting', meetingKind: 'CASE_CONFERENCE', ...COVERED };
export const TASK_GRANT: Grant = { ...COVERED, kind: 'task', assignments: [], visitsSchool: false };
export const ASSIGNMENT_AT_SCHOOL: Grant = { ...COVERED, kind: 'protection', tasks: [] };
export const ASSIGNMENT: Grant = { ...ASSIGNMENT_AT_SCHOOL, visitsSchool: false };
export const ASSESSMENT: Grant = { ...COVERED, kind: 'assessment' };
export const VISITS: Grant = { ...COVERED, kind: 'visits' };
export const CLUE_GRANT: Grant = { ...COVERED, kind: 'clue' };

/**
 * Returns a record with ordinary values for all attributes that an agency's rules read.
 *
 * @param agency for attributes that contain an agency.
 * @param region of the record.
 */
export function ordinaryRecord(attributes: Attributes, agency: Agency, region = REGION): ResourceAttributes {
  const values: Readonly<Record<AttributeType, Value>> = {
    Bool: false,
    Long: 0,
    String: THIS,
    Agency: agency,
    Region: region,
    'Set<String>': [THIS],
    'Set<Agency>': [...AGENCIES],
  };
  const named = Object.entries(attributes).map(([name, type]) => [name.replace('?', ''), values[type]] as const);
  return { region, ...Object.fromEntries(named) };
}
