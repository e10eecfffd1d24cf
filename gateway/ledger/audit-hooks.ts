import type {
  FastifyReply,
  FastifyRequest,
  onResponseHookHandler,
  onSendAsyncHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/domain/clock';
import { ERRORS, type ErrorCode, errorBody, failure, isErrorCode } from '../../shared/protocol/errors';
import { DEFAULT_RESPONSE_TYPE, responseType } from '../../shared/protocol/response-type';
import { ADDRESS_CLASS, networkOf } from '../request/address-class';
import type { AccessLedger } from './access-ledger';
import { callerOf, entryOf } from './entry-of-request';
import type { Refusal, RefusalCounts } from './refusal-counts';

export interface RecordingOptions {
  /** Undefined until the gateway is loaded; until then it answers nothing. */
  readonly ledger: () => AccessLedger | undefined;
  /** Version of the rules that answer a request. */
  readonly rules: (request: FastifyRequest) => string;
  readonly clock: Clock;
  /** Counts requests that were rejected before execution. */
  readonly refusals: RefusalCounts;
  readonly log: Logger;
}

/**
 * A request that is refused with one of these codes before execution is not recorded: the gateway is not ready, or the
 * ledger is down. During execution, an agency could have sent them.
 */
const UNRECORDED: ReadonlySet<string> = new Set<ErrorCode>(['NOT_READY', 'LEDGER_UNAVAILABLE']);

/** Fastify hooks that record a request, and its answer before it leaves. */
export interface AuditHooks {
  /** Runs when the operation begins, so that entries never wait for a client that stalls or for a queued operation. */
  readonly preHandler: preHandlerHookHandler;
  /** The last step of every answer: its entry becomes durable, or the answer is withheld. */
  readonly onSend: onSendAsyncHookHandler;
  readonly onResponse: onResponseHookHandler;
}

export function auditHooks({ ledger, rules, clock, refusals, log }: RecordingOptions): AuditHooks {
  /**
   * Requests whose entries will follow soon. Only entries of large operations wait for those of other large ones, which
   * take longer.
   */
  const small = new Set<FastifyRequest>();
  const large = new Set<FastifyRequest>();
  const underWay = ({ endOperation }: FastifyRequest) => (endOperation === null ? small : large);
  const comingFor = ({ endOperation }: FastifyRequest) => small.size + (endOperation === null ? 0 : large.size);
  return {
    preHandler(request, _reply, done) {
      underWay(request).add(request);
      done();
    },
    async onSend(request, reply, payload) {
      underWay(request).delete(request);
      if (request.context === null && request.errorCodes.some((code) => UNRECORDED.has(code))) return payload;
      const code = turnedAway(request);
      if (code !== undefined) {
        request.unlogged = !refusals.count(refusalOf(request, code, reply.statusCode));
        return payload;
      }
      try {
        const open = ledger();
        if (open === undefined) throw failure('NOT_READY');
        await open.record(entryOf(request, reply, { rules: rules(request), time: clock() }), comingFor(request));
        return payload;
      } catch (error) {
        log.error({ requestId: request.id, cause: (error as { name?: string }).name }, 'access not recorded');
        return withhold(request, reply, failure('LEDGER_UNAVAILABLE'));
      }
    },
    // `onSend` does not run for a client that disconnected while sending.
    onResponse(request, _reply, done) {
      underWay(request).delete(request);
      done();
    },
  };
}

/**
 * The code of a request that is counted instead of recorded: its caller is unknown or has sent too much. Nothing was
 * executed, so its answer reveals nothing.
 */
function turnedAway({ context, caller, errorCodes: [code, ...more] }: FastifyRequest): ErrorCode | undefined {
  if (context !== null || more.length > 0 || !isErrorCode(code)) return undefined;
  return caller === null || code === 'RATE_LIMITED' ? code : undefined;
}

function refusalOf({ caller, peer, tokenRefused }: FastifyRequest, code: ErrorCode, status: number): Refusal {
  const place = caller === null && peer !== null ? networkOf(peer, ADDRESS_CLASS) : null;
  const detail = tokenRefused && [tokenRefused.reason, ...tokenRefused.claims].join(' ');
  return { caller: callerOf(caller), peer: place, code, status, detail };
}

/** Replaces an answer by an error. @returns the new body. */
export function withhold(request: FastifyRequest, reply: FastifyReply, error: GraphQLError): string {
  const code = error.extensions.code as ErrorCode;
  request.errorCodes = [code];
  reply.code(ERRORS[code].status);
  reply.removeHeader('content-length');
  reply.header('content-type', responseType(request.headers.accept) ?? DEFAULT_RESPONSE_TYPE);
  return JSON.stringify(errorBody(error));
}
