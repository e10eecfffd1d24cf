/**
 * Whether an error says that there is no database to ask: no connection, none in time, or one that the server has ended.
 * By Node.js's codes, by SQLSTATE (classes 08 and 57P, PostgreSQL 18, appendix A), and by the names and messages that knex
 * and pg have instead of codes.
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

/** Connection exceptions; shut down, crashed, starting; too many connections. */
const SQLSTATE = /^(08...|57P0[1-3]|53300)$/;

/** Knex puts the statement in front. */
const ENDED =
  /(?:^| - )(?:Connection terminated(?: unexpectedly)?|Client has encountered a connection error and is not queryable|timeout expired)$/;
