/**
 * Whether an error means that the database is gone: no connection, none in time, or one that the server has ended. Known by
 * Node.js's codes, by SQLSTATE (classes 08 and 57P, PostgreSQL 18, appendix A), and by the names and messages that knex and
 * pg use instead of codes.
 */
export function isDatabaseGone(error: unknown): boolean {
  const { code, name, message } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  if (typeof code === 'string' && (NETWORK.has(code) || SQLSTATE.test(code))) return true;
  return name === 'KnexTimeoutError' || (typeof message === 'string' && ENDED.test(message));
}

const NETWORK: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Connection exceptions; server shut down, crashed or starting; too many connections. */
const SQLSTATE = /^(08...|57P0[1-3]|53300)$/;

/** Knex puts the statement before the message. */
const ENDED =
  /(?:^| - )(?:Connection terminated(?: unexpectedly)?|Client has encountered a connection error and is not queryable|timeout expired)$/;
