import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import { ERRORS, type ErrorCode, errorBody, failure, isErrorCode } from './errors';

const CODE_BY_FAULT: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BAD_REQUEST',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BAD_REQUEST',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BAD_REQUEST',
};

/** Answers what goes wrong before GraphQL with an error of the catalogue, and never with text of the request. */
export function answerFaults(app: FastifyInstance): void {
  app.setErrorHandler((error: { code?: string; statusCode?: number }, _request, reply) => {
    if (error instanceof GraphQLError && isErrorCode(error.extensions.code)) {
      return reply.code(ERRORS[error.extensions.code].status).send(errorBody(error));
    }
    const code =
      CODE_BY_FAULT[error.code ?? ''] ?? (error.statusCode === 400 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
    return reply.code(ERRORS[code].status).send(errorBody(failure(code)));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(ERRORS.NOT_FOUND.status).send(errorBody(failure('NOT_FOUND'))),
  );
}
