import { GraphQLError } from 'graphql';

interface ErrorDefinition {
  /** HTTP status of a response that contains only this error. */
  readonly status: number;
  /** Safe to show to anyone: contains nothing of a record, a database or a machine. */
  readonly message: string;
}

/**
 * Every error that leaves the system, by code; others leave as INTERNAL_SERVER_ERROR. docs/reference/errors.md documents
 * them.
 */
export const ERRORS = {
  BAD_REQUEST: { status: 400, message: 'The request body must be a JSON object with a "query" string.' },
  UNAUTHENTICATED: { status: 401, message: 'A valid bearer token is required.' },
  ACCESS_PURPOSE_REQUIRED: { status: 400, message: 'State why the record is opened: header Access-Purpose.' },
  ACCESS_PURPOSE_UNKNOWN: { status: 400, message: 'The header Access-Purpose names no known purpose.' },
  ACCESS_REFERENCE_REQUIRED: {
    status: 400,
    message: 'This purpose needs its case or meeting: header Access-Reference.',
  },
  ACCESS_REFERENCE_MALFORMED: {
    status: 400,
    message: 'The header Access-Reference must be case/<id> or meeting/<id>, as the purpose asks.',
  },
  ACCESS_REASON_REQUIRED: {
    status: 400,
    message: 'This purpose needs a written reason of at least 10 characters: header Access-Reason.',
  },
  ACCESS_REASON_REFUSED: {
    status: 400,
    message: 'The reason is too long, or holds what it must not hold: a number of a person, a control character.',
  },
  ACCESS_REFERENCE_REFUSED: { status: 403, message: 'The reference is not one that you take part in.' },
  ACCESS_REFERENCE_UNVERIFIED: { status: 503, message: 'References cannot be verified at the moment.' },
  INTROSPECTION_REFUSED: { status: 403, message: 'Introspection is open to the role developer only.' },
  NOT_FOUND: { status: 404, message: 'There is nothing at this address.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'Operations are sent by POST, so that no value of theirs stands in a URL.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    message: 'Answers are application/json or application/graphql-response+json; the header Accept takes neither.',
  },
  REQUEST_TOO_LARGE: { status: 413, message: 'The request body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'The request body must be application/json, and not compressed.' },
  OPERATION_TOO_LONG: { status: 400, message: 'The operation has too many tokens.' },
  OPERATION_TOO_DEEP: { status: 400, message: 'The operation is nested too deeply.' },
  OPERATION_TOO_WIDE: { status: 400, message: 'The operation asks for too many fields.' },
  INPUT_TOO_LARGE: { status: 400, message: 'A list in the input, or all of the input, is too long.' },
  OPERATION_TOO_COSTLY: { status: 400, message: 'The operation costs more than one may.' },
  ONE_LOOKUP_PER_REQUEST: { status: 400, message: 'A request looks up one child by ID number, not several.' },
  OPERATION_NAME_REFUSED: {
    status: 400,
    message: 'A name in the operation looks like an ID number, is too long, or is reserved.',
  },
  OPERATION_NOT_TRUSTED: { status: 403, message: 'The operation is not one of those that are known here.' },
  RATE_LIMITED: { status: 429, message: 'You have sent more than one may in this time; try again later.' },
  PLANNING_BUSY: {
    status: 503,
    message: 'Operations that are new here cannot be planned at the moment; try again later.',
  },
  REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive.' },
  GRAPHQL_PARSE_FAILED: { status: 400, message: 'The operation is not valid GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, message: 'The operation does not fit the schema.' },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, message: 'PersistedQueryNotSupported' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, message: 'The request does not say which of its operations to run.' },
  BAD_USER_INPUT: { status: 400, message: 'An argument is not valid.' },
  RECORD_NOT_FOUND: { status: 200, message: 'There is no such thing to act on, or it is not yours to act on.' },
  CONFLICT: { status: 200, message: 'Somebody else has changed this in the meantime: look again, then decide.' },
  IDEMPOTENCY_KEY_REUSED: { status: 200, message: 'The idempotency key was used for another input before.' },
  CODE_UNKNOWN: { status: 200, message: 'An argument is not on the code list that is in force in the region.' },
  TEXT_REFUSED: { status: 200, message: 'A text is empty, too long, or holds what it must not hold.' },
  DATE_REFUSED: { status: 200, message: 'A time lies on the wrong side of now.' },
  STEP_OUT_OF_ORDER: { status: 200, message: 'The case is not at the step before this one.' },
  STEP_NOT_YOURS: { status: 200, message: 'The practice in force leaves this step to officers of another level.' },
  EVIDENCE_REQUIRED: { status: 200, message: 'The practice in force asks for evidence or a note at this step.' },
  CASE_CLOSED: { status: 200, message: 'The case is closed; reopen it first.' },
  TASKS_OPEN: { status: 200, message: 'The case has tasks that are not done.' },
  DOCKET_FULL: { status: 200, message: 'The docket would cover more children than a meeting can deal with.' },
  ALREADY_SETTLED: { status: 200, message: 'This is done already.' },
  REVIEW_NOT_YOURS: { status: 200, message: 'Nobody reviews their own use of emergency access.' },
  EMERGENCY_REVIEW_DUE: {
    status: 403,
    message: 'Uses of emergency access wait for review; a supervisor must close one first.',
  },
  SELF_CONFIRMATION: { status: 200, message: 'Nobody confirms their own part; another responsible person does.' },
  NOT_IN_FORCE: { status: 200, message: 'This does not apply any more, or not yet.' },
  OPERATION_REFUSED: { status: 403, message: 'The operation asks for fields that are not authorized.' },
  UNAUTHORIZED_FIELD_OR_TYPE: { status: 200, message: 'Not authorized for this field.' },
  AGENCY_UNAVAILABLE: { status: 200, message: 'An agency could not be reached; its part of the answer is missing.' },
  ANSWER_INCOMPLETE: {
    status: 200,
    message: 'A part of the answer is missing: what was answered for it does not fit the schema.',
  },
  TOO_SLOW: { status: 200, message: 'This took longer than it may; ask for less of it, or again later.' },
  IDENTITY_PROVIDER_UNAVAILABLE: { status: 503, message: 'Tokens cannot be verified at the moment.' },
  EMERGENCY_UNACCOUNTED: {
    status: 503,
    message: 'Emergency access cannot be accounted for at the moment, so that it is not answered.',
  },
  LEDGER_UNAVAILABLE: {
    status: 503,
    message: 'The access cannot be recorded at the moment, so that it is not answered.',
  },
  NOT_READY: { status: 503, message: 'The service is starting; see /ready.' },
  INTERNAL_SERVER_ERROR: { status: 500, message: 'The request could not be answered.' },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

/**
 * An error of the catalogue.
 *
 * @param detail replaces the catalogue's message. Must not contain any value of a record or of the request.
 * @param extensions further facts for programs, under the same condition.
 */
export function failure(code: ErrorCode, detail?: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(detail ?? ERRORS[code].message, {
    extensions: { ...extensions, code, http: { status: ERRORS[code].status } },
  });
}

/** The body of a response that contains only an error, in the format of GraphQL over HTTP. */
export function errorBody(error: GraphQLError): { errors: { message: string; extensions: Record<string, unknown> }[] } {
  const { http: _transport, ...extensions } = error.extensions;
  return { errors: [{ message: error.message, extensions }] };
}
