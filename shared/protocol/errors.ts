import { GraphQLError } from 'graphql';

interface ErrorDefinition {
  /** HTTP status of a response with this error and no data. */
  readonly status: number;
  /** Safe to show to anyone: reveals nothing about a record, a database or a machine. */
  readonly message: string;
}

/**
 * Every error that clients can receive, by code; any other error becomes INTERNAL_SERVER_ERROR. Documented in
 * docs/reference/errors.md.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, message: 'The request body must be a JSON object with a "query" string.' },
  UNAUTHENTICATED: { status: 401, message: 'A valid bearer token is required.' },
  ACCESS_PURPOSE_REQUIRED: { status: 400, message: 'State the purpose of the access in the header Access-Purpose.' },
  ACCESS_PURPOSE_UNKNOWN: { status: 400, message: 'The header Access-Purpose does not name a known purpose.' },
  ACCESS_REFERENCE_REQUIRED: {
    status: 400,
    message: 'This purpose requires a reference in the header Access-Reference.',
  },
  ACCESS_REFERENCE_MALFORMED: {
    status: 400,
    message: 'The header Access-Reference must be <kind>/<id>, of a kind that the purpose can have.',
  },
  ACCESS_REASON_REQUIRED: {
    status: 400,
    message: 'This purpose requires a written reason of at least 10 characters in the header Access-Reason.',
  },
  ACCESS_REASON_REFUSED: {
    status: 400,
    message: 'The reason is too long, or contains a personal number or a control character.',
  },
  ACCESS_REFERENCE_REFUSED: {
    status: 403,
    message: 'This reference does not exist, is not open, or is not confirmed for you.',
  },
  ACCESS_REFERENCE_UNVERIFIED: { status: 503, message: 'References cannot be verified at the moment.' },
  INTROSPECTION_REFUSED: { status: 403, message: 'Introspection is open to the role developer only.' },
  NOT_FOUND: { status: 404, message: 'There is nothing at this address.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'Send operations by POST, so that none of their values is in a URL.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    message: 'Answers are application/json or application/graphql-response+json; the header Accept allows neither.',
  },
  REQUEST_TOO_LARGE: { status: 413, message: 'The request body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'The request body must be application/json, and not compressed.' },
  OPERATION_TOO_LONG: { status: 400, message: 'The operation has too many tokens.' },
  OPERATION_TOO_DEEP: { status: 400, message: 'The operation is nested too deeply.' },
  OPERATION_TOO_WIDE: { status: 400, message: 'The operation asks for too many fields.' },
  INPUT_TOO_LARGE: { status: 400, message: 'A list in the input, or the whole input, is too long.' },
  OPERATION_TOO_COSTLY: { status: 400, message: 'The operation costs more than allowed.' },
  ONE_LOOKUP_PER_REQUEST: { status: 400, message: 'A request may look up only one child by ID number.' },
  OPERATION_NAME_REFUSED: {
    status: 400,
    message: 'A name in the operation looks like an ID number, is too long, or is reserved.',
  },
  OPERATION_NOT_TRUSTED: { status: 403, message: 'The operation is not in the manifest of trusted documents.' },
  RATE_LIMITED: { status: 429, message: 'You have exceeded a rate limit; try again later.' },
  PLANNING_BUSY: {
    status: 503,
    message: 'New operations cannot be planned at the moment; try again later.',
  },
  REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive.' },
  GRAPHQL_PARSE_FAILED: { status: 400, message: 'The operation is not valid GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, message: 'The operation does not fit the schema.' },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, message: 'PersistedQueryNotSupported' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, message: 'The request does not say which of its operations to run.' },
  BAD_USER_INPUT: { status: 400, message: 'An argument is not valid.' },
  RECORD_NOT_FOUND: { status: 200, message: 'The record to act on does not exist, or you may not act on it.' },
  CONFLICT: { status: 200, message: 'Somebody else has changed this in the meantime: read it again, then decide.' },
  IDEMPOTENCY_KEY_REUSED: { status: 200, message: 'The idempotency key was already used for another input.' },
  CODE_UNKNOWN: { status: 200, message: 'An argument is not on the code list in force in the region.' },
  TEXT_REFUSED: {
    status: 200,
    message: 'A text is empty, too long, or contains a personal number or a control character.',
  },
  DATE_REFUSED: { status: 200, message: 'A time that must be in the future is in the past, or the other way round.' },
  STEP_OUT_OF_ORDER: { status: 200, message: 'The case is not at the preceding step.' },
  STEP_NOT_YOURS: { status: 200, message: 'The practice in force assigns this step to officers of another level.' },
  EVIDENCE_REQUIRED: { status: 200, message: 'The practice in force requires evidence or a note at this step.' },
  CASE_CLOSED: { status: 200, message: 'The case is closed; reopen it first.' },
  TASKS_OPEN: { status: 200, message: 'The case has open tasks; say what becomes of them.' },
  CASE_FULL: { status: 200, message: 'A case cannot be about more children than that.' },
  LAST_CHILD: { status: 200, message: 'A case is about one child at least.' },
  DOCKET_FULL: { status: 200, message: 'The docket would cover more children than a meeting may.' },
  ALREADY_SETTLED: { status: 200, message: 'This is already done.' },
  REVIEW_NOT_YOURS: { status: 200, message: 'You cannot review your own use of emergency access.' },
  EMERGENCY_REVIEW_DUE: {
    status: 403,
    message: 'Too many uses of emergency access are waiting for review; a supervisor must close one first.',
  },
  SELF_CONFIRMATION: { status: 200, message: 'You cannot confirm your own part; another responsible person must.' },
  DUTY_REQUIRED: { status: 200, message: 'Nobody has confirmed a standing duty of yours for this.' },
  OPENINGS_USED_UP: {
    status: 403,
    message:
      'You have opened as many children as one officer may on one day; a responsible person of your agency can release more.',
  },
  RELEASE_TOO_LARGE: {
    status: 200,
    message: 'The practice in force does not allow that many to be released on one day.',
  },
  DUTY_TOO_LONG: { status: 200, message: 'The practice in force does not allow a standing duty to last that long.' },
  NOT_IN_FORCE: { status: 200, message: 'This no longer applies, or does not apply yet.' },
  OPERATION_REFUSED: { status: 403, message: 'The operation asks for fields that you may not read.' },
  UNAUTHORIZED_FIELD_OR_TYPE: { status: 200, message: 'Not authorized for this field.' },
  AGENCY_UNAVAILABLE: { status: 200, message: 'An agency could not be reached; its part of the answer is missing.' },
  ANSWER_INCOMPLETE: {
    status: 200,
    message: "A part of the answer is missing because an agency's answer does not fit the schema.",
  },
  TOO_SLOW: { status: 200, message: 'This took longer than allowed; ask for less, or try again later.' },
  IDENTITY_PROVIDER_UNAVAILABLE: { status: 503, message: 'Tokens cannot be verified at the moment.' },
  EMERGENCY_UNACCOUNTED: {
    status: 503,
    message: 'Emergency access cannot be accounted for at the moment and is therefore not answered.',
  },
  LOOKUP_LIMIT: {
    status: 403,
    message:
      'You have looked up as many children by ID number as one officer may on one day; a responsible person of your agency can release more.',
  },
  LOOKUPS_UNCONFIRMED: { status: 503, message: 'Lookups by ID number cannot be counted at the moment.' },
  OPENINGS_UNACCOUNTED: {
    status: 503,
    message: 'The children in the answer cannot be accounted for at the moment and are therefore not answered.',
  },
  LEDGER_UNAVAILABLE: {
    status: 503,
    message: 'The access cannot be recorded at the moment and is therefore not answered.',
  },
  NOT_READY: { status: 503, message: 'The service is starting; see /ready.' },
  INTERNAL_SERVER_ERROR: { status: 500, message: 'The request could not be answered.' },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

/**
 * Makes an error of the catalogue.
 *
 * @param detail replaces the catalogue's message. Must not contain any value of a record or of the request.
 * @param extensions further facts for programs, under the same condition.
 */
export function failure(code: ErrorCode, detail?: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(detail ?? ERRORS[code].message, {
    extensions: { ...extensions, code, http: { status: ERRORS[code].status } },
  });
}

/** Makes the body of a response without data, in the format of GraphQL over HTTP. */
export function errorBody(error: GraphQLError): { errors: { message: string; extensions: Record<string, unknown> }[] } {
  const { http: _transport, ...extensions } = error.extensions;
  return { errors: [{ message: error.message, extensions }] };
}
