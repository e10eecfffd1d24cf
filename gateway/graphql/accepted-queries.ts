import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, type FormattedExecutionResult, getOperationAST, OperationTypeNode } from 'graphql';
import { documentCache } from '../../shared/protocol/document-cache';
import { hasNullCondition } from '../federation/execution/condition-variables';
import { weightOf } from '../limits/document-weight';
import type { EngineContext } from '../request/engine-context';
import type { AddAccess } from './access-extension';
import type { Execute } from './authorizing-executor';
import { introspects } from './introspection';

/** A text that Apollo Server has parsed and found valid. */
interface Accepted {
  readonly document: DocumentNode;
  readonly queryHash: string;
}

export interface AcceptedQueries {
  /** Takes down what Apollo Server accepts. */
  readonly plugin: ApolloServerPlugin<EngineContext>;
  /** @returns the body; undefined where Apollo Server is to answer, with what was executed already, if anything was. */
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    contextOf: (request: FastifyRequest) => EngineContext,
  ): Promise<string | undefined>;
}

/** With any other, Apollo Server looks what the client would rather have. */
const PLAIN: ReadonlySet<string | undefined> = new Set([undefined, '*/*', 'application/json']);

type Body = Readonly<Record<'query' | 'operationName' | 'variables' | 'extensions', unknown>>;

/**
 * Answers queries that were accepted before, without what Apollo Server does for each request: hashing the text, looking
 * for plugins' hooks, negotiating. Only what is plain goes this way: a query without introspection, variables that fit,
 * and no error in what was executed. All else, mutations above all, is Apollo Server's.
 */
export function acceptedQueries(execute: Execute, addAccess: AddAccess): AcceptedQueries {
  const accepted = documentCache<Accepted>();
  return {
    plugin: {
      async requestDidStart() {
        return {
          async didResolveOperation({ source, document, queryHash }) {
            if (accepted.has(source) || introspects(document)) return;
            accepted.set(source, { document, queryHash }, { size: weightOf(document) });
          },
        };
      },
    },
    async answer(request, reply, contextOf) {
      const { headers, body } = request;
      const { query, operationName, variables, extensions } = (body ?? {}) as Body;
      const known = typeof query === 'string' && PLAIN.has(headers.accept) ? accepted.get(query) : undefined;
      if (known === undefined || extensions != null) return undefined;
      if (!isOptional(operationName, 'string') || !isOptional(variables, 'object') || Array.isArray(variables)) {
        return undefined;
      }
      const { document, queryHash } = known;
      const operation = getOperationAST(document, operationName);
      if (operation?.operation !== OperationTypeNode.QUERY) return undefined;
      const given = variables ?? undefined;
      if (hasNullCondition(document, given)) return undefined;

      const context = contextOf(request);
      context.request.operation = { kind: operation.operation, name: operation.name?.value ?? null };
      const executed = await execute({
        document,
        queryHash,
        request: { operationName: operationName ?? undefined, variables: given },
        context,
      });
      if (executed.data === undefined || executed.errors !== undefined) {
        context.executed = executed;
        return undefined;
      }
      const result: FormattedExecutionResult = { data: executed.data };
      const status = addAccess(result, context, operation.operation);
      const { data, errors, extensions: told } = result;
      reply.code(status ?? 200).header('content-type', 'application/json; charset=utf-8');
      return `${JSON.stringify({ errors, data, extensions: told })}\n`;
    },
  };
}

function isOptional(value: unknown, type: 'string'): value is string | null | undefined;
function isOptional(value: unknown, type: 'object'): value is Readonly<Record<string, unknown>> | null | undefined;
function isOptional(value: unknown, type: string): boolean {
  return value === undefined || value === null || typeof value === type;
}
