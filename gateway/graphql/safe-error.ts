import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERRORS, type ErrorCode, isErrorCode } from '../../shared/protocol/errors';

/** Extensions without values of a record, which help the client. */
const OPEN_EXTENSIONS = [
  'argument',
  'fault',
  'agency',
  'reason',
  'at',
  'coordinate',
  'dataClass',
  'limit',
  'openTasks',
  'kinds',
  'retryAfter',
  // Version and step of a record that another caller changed.
  'current',
] as const;

/** Messages about the client's own operation with names of types, fields, arguments and variables, but no values. */
const MESSAGES_OF_NAMES = [
  /^Cannot query field "\w+"/,
  /^Unknown argument "\w+"/,
  /^Unknown type "\w+"\./,
  /^Unknown fragment "\w+"\./,
  /^Unknown directive "@\w+"\./,
  /^Unknown operation named/,
  /^Field "\w+" must not have a selection/,
  /^Variable "\$\w+" (?:is not defined|is never used|got invalid value)/,
  /^Fragment "\w+" (?:is never used|cannot be spread)/,
  /^Cannot spread fragment "\w+"/,
] as const;

/**
 * The last filter for errors: only codes of the catalogue leave, without URLs, bodies, stack traces and service names.
 * The GraphQL library's messages leave if they contain only names; the quoting part of others, which can contain an ID
 * number, is cut off.
 */
export function safeError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const ours = originOf(error);
  const code = ours?.code ?? libraryCode(formatted);
  const given = ours?.extensions ?? fieldOf(formatted);
  const open = Object.fromEntries(OPEN_EXTENSIONS.filter((name) => name in given).map((name) => [name, given[name]]));
  return {
    message: ours?.message ?? messageOfNames(formatted.message) ?? ERRORS[code].message,
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: { ...open, code },
  };
}

function libraryCode({ message, extensions }: GraphQLFormattedError): ErrorCode {
  if (/^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(message)) return 'OPERATION_TOO_LONG';
  return isErrorCode(extensions?.code) ? extensions.code : 'INTERNAL_SERVER_ERROR';
}

/** An error made by `failure`, here or in a subgraph, unwrapped from the library's errors. */
function originOf(
  error: unknown,
): { code: ErrorCode; message: string; extensions: Record<string, unknown> } | undefined {
  const origin = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const { message, extensions } = (origin ?? {}) as { message?: string; extensions?: Record<string, unknown> };
  const code = extensions?.code;
  if (!isErrorCode(code) || LIBRARY_CODES.has(code) || message === undefined || extensions === undefined)
    return undefined;
  return { code, message, extensions };
}

/** The field of an error whose message is replaced. */
function fieldOf({ extensions }: GraphQLFormattedError): Record<string, unknown> {
  const coordinate = extensions?.coordinate;
  return typeof coordinate === 'string' && COORDINATE.test(coordinate) ? { coordinate } : {};
}

/** A client can choose a name that looks like an ID number. */
const COORDINATE = /^(?!.*\d{6})\w+\.\w+$/;

function messageOfNames(message: string): string | undefined {
  const names = MESSAGES_OF_NAMES.map((pattern) => pattern.exec(message)?.[0]).find((match) => match !== undefined);
  // A client can choose a name that looks like an ID number.
  return names === undefined || /\d{6}/.test(names) ? undefined : `${names.replace(/\.$/, '')}.`;
}

/** Codes whose messages can be the library's and may quote the client's input. */
const LIBRARY_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'INTERNAL_SERVER_ERROR',
]);
