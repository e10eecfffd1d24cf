import type { FastifyReply, FastifyRequest, onSendAsyncHookHandler } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ERRORS, type ErrorCode, errorBody, failure } from '../../shared/errors';
import type { AccessLedger } from './access-ledger';
import { entryOf } from './entry-of-request';

export interface RecordingOptions {
  /** Undefined before the gateway is loaded: it answers nothing then. */
  readonly ledger: () => AccessLedger | undefined;
  /** Version of the rules that answers go by. */
  readonly rules: string;
  readonly log: Logger;
}

/** Nothing was asked for these yet, and the ledger is not there. */
const UNRECORDED: ReadonlySet<string> = new Set<ErrorCode>(['NOT_READY', 'LEDGER_UNAVAILABLE']);

/** The last step before an answer leaves, whatever it is: its entry is durable, or it is withheld. */
export function withheldUnlessRecorded({ ledger, rules, log }: RecordingOptions): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    if (request.errorCodes.some((code) => UNRECORDED.has(code))) return payload;
    try {
      const open = ledger();
      if (open === undefined) throw failure('NOT_READY');
      await open.record(entryOf(request, reply, rules));
      return payload;
    } catch (error) {
      log.error({ requestId: request.id, cause: (error as { name?: string }).name }, 'access not recorded');
      return withhold(request, reply, failure('LEDGER_UNAVAILABLE'));
    }
  };
}

/** Puts an error in the place of an answer. @returns the body to send instead. */
export function withhold(request: FastifyRequest, reply: FastifyReply, error: GraphQLError): string {
  const code = error.extensions.code as ErrorCode;
  request.errorCodes = [code];
  reply.code(ERRORS[code].status);
  reply.removeHeader('content-length');
  reply.header('content-type', 'application/json; charset=utf-8');
  return JSON.stringify(errorBody(error));
}
