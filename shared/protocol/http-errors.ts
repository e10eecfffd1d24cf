import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { ANSWER_HEADERS, setAnswerHeaders } from './answer-headers';
import { ERRORS, type ErrorCode, errorBody, failure, isErrorCode } from './errors';
import { DEFAULT_RESPONSE_TYPE, responseType } from './response-type';

const CODE_BY_FAULT: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BAD_REQUEST',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BAD_REQUEST',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
};

/**
 * Answers errors before GraphQL execution with an error of the catalogue, and never with text of the request. Sets
 * `ANSWER_HEADERS` on every response.
 */
export function answerErrors(app: FastifyInstance): void {
  setAnswerHeaders(app);
  app.setErrorHandler((error: Fault, _request, reply) => answer(error, reply));
  app.setNotFoundHandler((_request, reply) => answer(failure('NOT_FOUND'), reply));
}

/** Answers errors that Fastify raises before routing, whose own messages quote the URL. */
export function frameworkErrors(error: Fault, _request: FastifyRequest, reply: FastifyReply): void {
  answer(error.code === 'FST_ERR_BAD_URL' ? failure('NOT_FOUND') : error, reply);
}

/** Answers malformed or incomplete requests, for which there is only a connection. */
export function answerConnectionError(error: Fault, socket: Socket): void {
  // If the connection has already carried a response, the client could take this one for the response to a request in
  // progress.
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'BAD_REQUEST';
  const { status } = ERRORS[code];
  const body = JSON.stringify(errorBody(failure(code)));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    ...Object.entries(ANSWER_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

interface Fault {
  readonly code?: string;
  readonly statusCode?: number;
}

function answer(error: Fault | GraphQLError, reply: FastifyReply): FastifyReply {
  const code = codeOf(error);
  const fault = error instanceof GraphQLError && error.extensions.code === code ? error : failure(code);
  const { status } = ERRORS[code];
  if (status === 401) reply.header('www-authenticate', challengeOf(fault));
  // RFC 9110, section 15.5.6
  if (status === 405) reply.header('allow', 'POST');
  // RFC 9110, section 10.2.3
  if (typeof fault.extensions.retryAfter === 'number') reply.header('retry-after', fault.extensions.retryAfter);
  reply.header('content-type', responseType(reply.request.headers.accept) ?? DEFAULT_RESPONSE_TYPE);
  return reply.code(status).send(JSON.stringify(errorBody(fault)));
}

/** Without a token the challenge names no error, otherwise the token's fault (RFC 6750, section 3). */
function challengeOf({ extensions: { reason } }: GraphQLError): string {
  if (reason === 'EXPIRED') return 'Bearer error="invalid_token", error_description="The token has expired."';
  return reason === 'INVALID' ? 'Bearer error="invalid_token"' : 'Bearer';
}

/** Returns the catalogue's code for an error. */
export function codeOf(error: Fault | GraphQLError): ErrorCode {
  if (error instanceof GraphQLError && isErrorCode(error.extensions.code)) return error.extensions.code;
  const { code = '', statusCode } = error as Fault;
  return CODE_BY_FAULT[code] ?? (statusCode === 400 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
}
