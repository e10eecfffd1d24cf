import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import { AnswerNotes, type ToldAnswers } from './access/answers';
import { parseCatalogue } from './access/catalogue';
import { decisionsFor } from './access/decide';
import { guardSchema } from './access/guard';
import type { ChildIds } from './child-id';
import type { ContextVerifier } from './context-token';
import { ERRORS, errorBody, failure, isErrorCode } from './errors';
import { DateScalar, DateTimeScalar } from './scalars';
import { typeDefs } from './schema/type-defs';
import type { AnySubgraphDefinition, SubgraphContext } from './subgraph-definition';

export interface SubgraphOptions {
  readonly definition: AnySubgraphDefinition;
  /** On the reader role. */
  readonly db: Knex;
  readonly childIds: ChildIds;
  readonly verifyContext: ContextVerifier;
  readonly log: Logger;
}

export interface SubgraphRequest {
  /** `Bearer <signed context>`; never a client's own token. */
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface SubgraphResponse {
  readonly status: number;
  readonly body: {
    readonly data?: ExecutionResult['data'];
    readonly errors?: readonly GraphQLFormattedError[];
    readonly extensions?: { readonly access: ToldAnswers };
  };
}

/** An agency's endpoint, whatever carries the request: verify the context, then execute under guard. */
export interface Subgraph {
  handle(request: SubgraphRequest): Promise<SubgraphResponse>;
}

const requestBody = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

interface PreparedDocument {
  readonly document: DocumentNode;
  readonly valid: boolean;
}

const PREPARED_DOCUMENTS = 1_000;

/** Builds schema, guard and executor of one agency. */
export function createSubgraph({ definition, db, childIds, verifyContext, log }: SubgraphOptions): Subgraph {
  const { agency, folder } = definition;
  const catalogueFile = join(folder, 'catalogue.yaml');
  const catalogue = parseCatalogue(agency, readFileSync(catalogueFile, 'utf8'), catalogueFile);
  const schema = buildSubgraphSchema({
    typeDefs: typeDefs(folder),
    resolvers: { ...definition.resolvers, Date: DateScalar, DateTime: DateTimeScalar } as never,
  });
  const labels = guardSchema(schema, definition.records);
  const prepare = documentCache(schema);

  return {
    async handle({ authorization, body }) {
      const access = verifyContext(bearerToken(authorization));
      if (access === null) return refusal('UNAUTHENTICATED');
      const request = requestBody.safeParse(body);
      if (!request.success) return refusal('BAD_REQUEST');
      const { query, operationName, variables } = request.data;
      const prepared = prepare(query);
      if (!prepared?.valid) return refusal('GRAPHQL_VALIDATION_FAILED');

      const notes = new AnswerNotes();
      const decisions = decisionsFor(access, catalogue);
      const contextValue: SubgraphContext<unknown> = {
        access,
        decisions,
        visibleRows: (coordinate) => decisions.visibleRows(labels.get(coordinate) ?? []),
        notes,
        recordOf: new WeakMap(),
        load: definition.loaders(db),
        db,
        childIds,
      };
      const result = await execute({
        schema,
        document: prepared.document,
        operationName: operationName ?? null,
        variableValues: variables ?? null,
        contextValue,
      });
      const told = notes.told();
      return {
        status: 200,
        body: {
          data: result.data ?? null,
          ...(result.errors && { errors: result.errors.map((error) => safeError(error, log)) }),
          ...(told && { extensions: { access: told } }),
        },
      };
    },
  };
}

function bearerToken(authorization: string | undefined): string {
  return /^Bearer ([^\s]+)$/.exec(authorization ?? '')?.[1] ?? '';
}

function refusal(code: Parameters<typeof failure>[0]): SubgraphResponse {
  return { status: ERRORS[code].status, body: errorBody(failure(code)) };
}

/** Parsed and validated once per text. The texts come from the gateway's planner and hold values in variables only. */
function documentCache(schema: GraphQLSchema): (query: string) => PreparedDocument | undefined {
  const cache = new LRUCache<string, PreparedDocument>({ max: PREPARED_DOCUMENTS });
  return (query) => {
    let prepared = cache.get(query);
    if (prepared === undefined) {
      try {
        const document = parse(query, { maxTokens: 50_000 });
        prepared = { document, valid: validate(schema, document).length === 0 };
      } catch {
        return undefined;
      }
      cache.set(query, prepared);
    }
    return prepared;
  };
}

/** Errors of the catalogue leave as they are; of all others, only the path does. A driver's message can hold values. */
function safeError(error: GraphQLError, log: Logger): GraphQLFormattedError {
  const ours = isErrorCode(error.extensions.code);
  if (!ours) {
    const cause = error.originalError as { name?: string; code?: string } | undefined;
    const field = error.path?.filter((step) => typeof step === 'string').join('.');
    log.error({ field, cause: cause?.name, sqlState: cause?.code }, 'a field failed');
  }
  const { message, extensions } = errorBody(ours ? error : failure('INTERNAL_SERVER_ERROR'))
    .errors[0] as GraphQLFormattedError;
  return { message, ...(error.path && { path: error.path }), ...(extensions && { extensions }) };
}
