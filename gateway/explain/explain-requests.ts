import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Coordinate } from '../../shared/access/labels';
import { failure } from '../../shared/protocol/errors';
import type { PermittingPurposes } from '../access/permitting-purposes';
import type { Requirements } from '../access/requirements';
import type { GatewayRules } from '../access/rule-bundle';
import type { Manifest } from '../trusted-documents/manifest';
import { trustedFields } from '../trusted-documents/trusted-fields';
import { answerExplainer, type ExplainAnswer, type OrdinaryAnswer } from './explain-answer';
import { fieldExplainer } from './explain-field';
import { type ExplainAsked, explainOperation } from './explain-operation';

/** The explanations of one graph. */
export interface Explaining {
  /** @throws BAD_REQUEST, BAD_USER_INPUT, OPERATION_NOT_TRUSTED */
  operation(request: FastifyRequest): ExplainAsked;
  readonly explain: ExplainAnswer;
}

export interface ExplainingOptions {
  readonly schema: GraphQLSchema;
  readonly requirements: Requirements;
  readonly rules: GatewayRules;
  readonly purposesFor: PermittingPurposes;
  readonly trustedDocuments: Manifest | undefined;
}

export function explaining({
  schema,
  requirements,
  rules,
  purposesFor,
  trustedDocuments,
}: ExplainingOptions): Explaining {
  const explain = answerExplainer(fieldExplainer(requirements, rules, purposesFor), purposesFor);
  // Computed on first use: invalid trusted documents have been refused by then.
  let trusted: ReadonlySet<Coordinate> | undefined;
  return {
    explain,
    operation({ body, caller }) {
      const asked = explainOperation(schema, body);
      if (trustedDocuments === undefined || asked.path === null || caller?.roles.includes('developer')) return asked;
      const known = trusted ?? trustedFields(trustedDocuments, schema);
      trusted = known;
      const [, ...fields] = asked.way;
      // The explanation tells whether there is data. Fields that no trusted operation requests are therefore not
      // requested here.
      if (!asked.known || !fields.every((field) => known.has(field))) throw failure('OPERATION_NOT_TRUSTED');
      return asked;
    },
  };
}

/**
 * POST /access/explain: runs an ordinary operation, and explains its answer instead of sending it. An explanation about
 * a record thus has the cost, limits, refusals and ledger entry of that operation.
 */
export function explainRequests(
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> | undefined,
): {
  /** Replaces the body with the operation. */
  readonly preHandler: preHandlerAsyncHookHandler;
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
} {
  const asked = new WeakMap<FastifyRequest, ExplainAsked>();
  return {
    async preHandler(request) {
      if (request.graph === null) throw failure('NOT_READY');
      const explained = request.graph.explaining.operation(request);
      asked.set(request, explained);
      request.body = explained.operation;
    },
    async handler(request, reply) {
      const body = await answer(request, reply);
      const { access, graph, context } = request;
      const explained = asked.get(request);
      const ordinary = context?.answer as OrdinaryAnswer | null | undefined;
      // An operation that failed as a whole is answered with its error, as everywhere.
      if (ordinary?.extensions?.access === undefined || access === null || graph === null || explained === undefined) {
        return body;
      }
      reply.removeHeader('content-length');
      reply.code(200).header('content-type', 'application/json; charset=utf-8');
      return `${JSON.stringify(graph.explaining.explain(access, explained, ordinary))}\n`;
    },
  };
}
