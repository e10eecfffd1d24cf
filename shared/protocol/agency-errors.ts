import type { ErrorCode } from './errors';

/**
 * The codes that an agency may answer with, each with the messages that may replace the catalogue's; `#` stands for a
 * number. The gateway passes on no other text, because an agency's own could contain anything.
 *
 * @example { message: 'The cursor does not belong to this list.', extensions: { code: 'BAD_USER_INPUT' } }
 */
export const AGENCY_ERRORS = {
  BAD_USER_INPUT: [
    'The centre works on every clue already.',
    'The ID number is not valid (GB 11643).',
    'A region code has 2, 4, 6, 9 or 12 digits.',
    "This is not a child's id.",
    '"from" must not be after "to".',
    '"first" must be between 1 and #.',
    '"months" must be between 1 and #.',
    'The cursor does not belong to this list.',
    'The list must have # to # items.',
    'An idempotency key must have 8 to 100 letters, digits, hyphens and underscores.',
    'Name a child or a case.',
    'Name a kind, an instruction or a due time.',
    'Name each case on the docket once.',
    'Name either a child or a clue.',
    'The case has several children: name those whom the task is about.',
    'Name a region or an officer.',
    'Name two cases.',
    'The quarter must be written like 2026Q3.',
    'Figures are available only for quarters that have ended.',
    'There is no such region.',
    'Figures are available only for towns and larger regions.',
    'Only a duty of welfare has categories.',
  ],
  RECORD_NOT_FOUND: [],
  CONFLICT: [],
  IDEMPOTENCY_KEY_REUSED: [],
  CODE_UNKNOWN: ['The agency does not take part in the meeting.'],
  TEXT_REFUSED: [],
  DATE_REFUSED: [
    'The time must be within the next ten years.',
    'The time must be within the last ten years.',
    'A duty begins today, or within # days.',
    'A duty must not end before it begins.',
  ],
  STEP_OUT_OF_ORDER: [],
  STEP_NOT_YOURS: [],
  EVIDENCE_REQUIRED: ['A level other than the proposed one requires a reason.'],
  CASE_CLOSED: [],
  TASKS_OPEN: [],
  CASE_FULL: [],
  LAST_CHILD: [],
  DOCKET_FULL: [],
  ALREADY_SETTLED: [
    'The agency already receives the clue.',
    'The child is already supported.',
    'The village has been notified of this already.',
    'The child is already assigned to this category.',
    'The clue already belongs to a case.',
    'The clue already belongs to another child or case.',
  ],
  REVIEW_NOT_YOURS: [],
  SELF_CONFIRMATION: [],
  DUTY_REQUIRED: [],
  OPENINGS_USED_UP: [],
  LOOKUP_LIMIT: [],
  RELEASE_TOO_LARGE: [],
  DUTY_TOO_LONG: [],
  NOT_IN_FORCE: [
    'The assignment has ended.',
    'A request ends with its day.',
    'The follow-up has ended.',
    'The support has ended.',
    'The meeting has not been held yet.',
    'The meeting has been held.',
    'The meeting no longer gives access.',
    'The meeting is over.',
    'Nothing has been decided about the case.',
    'People are signed in from the day of the meeting until it no longer gives access.',
    'No assessment of this child is in force.',
    'No practice is in force in this region.',
  ],
  TOO_SLOW: [],
  INTERNAL_SERVER_ERROR: [],
} as const satisfies Partial<Record<ErrorCode, readonly string[]>>;

export type AgencyErrorCode = keyof typeof AGENCY_ERRORS;

/** Values of an error's `fault`, which says what is wrong with an argument. */
export const ARGUMENT_FAULTS = [
  'EMPTY',
  'TOO_LONG',
  'CONTROL_CHARACTER',
  'NUMBER_OF_A_PERSON',
  'LENGTH',
  'CHARACTERS',
  'BIRTH_DATE',
  'CHECK_DIGIT',
  'FORM',
  'NOT_ENDED',
  'UNKNOWN',
  'VILLAGE',
] as const;

export function isAgencyErrorCode(code: unknown): code is AgencyErrorCode {
  return typeof code === 'string' && Object.hasOwn(AGENCY_ERRORS, code);
}

/** Whether an agency may send this message with this code, whatever numbers it contains. */
export function isSentenceOf(code: AgencyErrorCode, sentence: string): boolean {
  const form = withoutNumbers(sentence);
  return AGENCY_ERRORS[code].some((known) => withoutNumbers(known) === form);
}

/** Replaces numbers of at most four digits, which are too short to be personal. */
const withoutNumbers = (sentence: string): string => sentence.replace(/\b\d{1,4}\b/g, '#');
