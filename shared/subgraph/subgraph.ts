import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { z } from 'zod';
import { AccessCollector } from '../access/accesses';
import { readAgencyRules, ruleTexts } from '../access/agency-rules';
import { AnswerNotes } from '../access/answers';
import { AccessRules } from '../access/decide';
import { labelFaults } from '../access/label-faults';
import type { Requirement } from '../access/labels';
import { isDatabaseGone } from '../db/database-gone';
import type { ChildIds } from '../domain/child-id';
import { type Clock, systemClock } from '../domain/clock';
import { requestedChildIds } from '../protocol/child-ids-in';
import type { ContextVerifier } from '../protocol/context-token';
import { documentCache } from '../protocol/document-cache';
import { ERRORS, errorBody, failure, isErrorCode } from '../protocol/errors';
import type { Subgraph, SubgraphResponse } from '../protocol/subgraph-exchange';
import { newAccessState } from './guard/access-state';
import { guardSchema } from './guard/guard';
import { type FilteredInSql, filtersInUse } from './guard/resource-finders';
import { boundToRequest } from './rows/bound-to-request';
import { resolveFromColumns } from './rows/column-resolver';
import { QUERY_CANCELED, RequestStatements } from './rows/request-statements';
import { Totals } from './rows/totals';
import { NoServiceDefinitionRule } from './schema/no-service-definition-rule';
import { DateScalar, DateTimeScalar } from './schema/scalars';
import { typeDefs } from './schema/type-defs';
import type { AnySubgraphDefinition, SubgraphContext } from './subgraph-definition';

export interface SubgraphOptions {
  readonly definition: AnySubgraphDefinition;
  /** On the reader role. */
  readonly db: Knex;
  /** On the writer role; undefined for an agency without mutations. */
  readonly work?: Knex | undefined;
  /** Connections for lists and reports, on the reader role; by default those for records. */
  readonly lists?: Knex | undefined;
  /** The access ledger on its reader role, for an agency that shows it. */
  readonly ledger?: Knex | undefined;
  /** The agency's own settings. */
  readonly settings?: unknown;
  readonly clock?: Clock;
  readonly childIds: ChildIds;
  readonly verifyContext: ContextVerifier;
  readonly log: Logger;
}

const requestBody = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  /** Whether to report accesses for the ledger; only this gateway asks for them. */
  extensions: z.object({ looks: z.boolean().nullish() }).nullish(),
});

interface PreparedDocument {
  readonly document: DocumentNode;
  readonly valid: boolean;
}

/** Requirement for a missing label: nobody meets it. */
const NOBODY: Requirement = [[]];

/** Builds schema, guard and executor of one agency. */
export function createSubgraph(options: SubgraphOptions): Subgraph {
  const {
    definition,
    db,
    work,
    lists = db,
    ledger,
    settings,
    childIds,
    verifyContext,
    clock = systemClock,
    log,
  } = options;
  const { agency, folder } = definition;
  const agencyRules = readAgencyRules(agency, ruleTexts(folder));
  const rules = new AccessRules([agencyRules]);
  const definitions = typeDefs(folder);
  const [fault] = labelFaults(definitions, agencyRules.catalogue);
  if (fault !== undefined) throw new Error(`${agency}: ${fault.message}`);
  const schema = buildSubgraphSchema({
    typeDefs: definitions,
    resolvers: { ...definition.resolvers, Date: DateScalar, DateTime: DateTimeScalar } as never,
  });
  resolveFromColumns(schema);
  const labels = guardSchema(schema, definition.records, rules);
  const prepare = preparedDocuments(schema);
  const totals = new Totals();

  return {
    fingerprint: childIds.fingerprint,
    accepts: (authorization, certificate) => verifyContext(bearerToken(authorization), certificate) !== null,
    async handle({ authorization, certificate, requestId, body, waiting = {} }) {
      const access = verifyContext(bearerToken(authorization), certificate);
      if (access === null) return refusal('UNAUTHENTICATED');
      const request = requestBody.safeParse(body);
      if (!request.success) return refusal('BAD_REQUEST');
      const { query, operationName, variables, extensions } = request.data;
      const prepared = prepare(query);
      // The gateway has validated the operation, so only values of scalars can be invalid here.
      if (!prepared?.valid) return refusal('BAD_USER_INPUT');

      const notes = new AnswerNotes();
      const accesses = new AccessCollector();
      const decisions = rules.decisionsFor(access);
      // A mutation must not be cancelled half-way.
      const mutation = getOperationAST(prepared.document, operationName)?.operation === 'mutation';
      const statements = new RequestStatements(mutation ? {} : waiting);
      const bound = (pool: Knex) => boundToRequest(pool, statements);
      const reader = bound(db);
      const contextValue: SubgraphContext<unknown> = {
        access,
        decisions,
        visibleRows: (list, args) => {
          const filtered = definition.records[list] as FilteredInSql;
          const asked = [list, ...filtersInUse(filtered, args)];
          return decisions.rows(
            asked.flatMap((coordinate) => labels.get(coordinate) ?? NOBODY),
            filtered.columns,
          );
        },
        reads(field, record) {
          const requirement = labels.get(field) ?? NOBODY;
          return record === undefined
            ? decisions.possible(requirement)
            : decisions.decide(requirement, record) === 'CLEAR';
        },
        notes,
        accesses,
        accessState: newAccessState(),
        resourceOf: new WeakMap(),
        load: definition.loaders(reader),
        db: reader,
        work,
        lists: { db: bound(lists), totals },
        ledger: ledger && bound(ledger),
        settings,
        now: clock(),
        childIds,
      };
      const result = await execute({
        schema,
        document: prepared.document,
        operationName: operationName ?? null,
        variableValues: variables ?? null,
        contextValue,
      });
      statements.close();
      if (result.data === undefined) return refusal('BAD_USER_INPUT');
      if (isOutage(result, mutation)) {
        log.error({ requestId }, 'the database is unavailable');
        return refusal('NOT_READY');
      }
      const errors = safeErrors(result.errors ?? [], log.child({ requestId }));
      const told = notes.told();
      const trace = extensions?.looks ? accesses.told(requestedChildIds(variables?.representations)) : undefined;
      return {
        status: 200,
        body: {
          data: result.data,
          ...(errors.length > 0 && { errors }),
          ...((told || trace) && { extensions: { ...(told && { access: told }), ...(trace && { looks: trace }) } }),
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

/**
 * Whether the database was unavailable. The response is then an error as a whole, because gaps would look like missing
 * data. The result of a mutation is reported in any case.
 */
function isOutage({ data, errors = [] }: ExecutionResult, mutation: boolean): boolean {
  if (!errors.some(({ originalError }) => isDatabaseGone(originalError))) return false;
  return !mutation || Object.values(data ?? {}).every((value) => value === null);
}

/**
 * The gateway composes from files and answers introspection itself, so it never asks an agency for its schema. A leaked
 * signed context must not reveal an agency's rules and labels.
 */
const RULES = [...specifiedRules, NoSchemaIntrospectionCustomRule, NoServiceDefinitionRule];

/** Parses and validates each text once. Texts come from the gateway's planner, and may contain literals of clients. */
function preparedDocuments(schema: GraphQLSchema): (query: string) => PreparedDocument | undefined {
  const cache = documentCache<PreparedDocument>();
  return (query) => {
    let prepared = cache.get(query);
    if (prepared === undefined) {
      try {
        const document = parse(query, { maxTokens: 50_000 });
        prepared = { document, valid: validate(schema, document, RULES).length === 0 };
      } catch {
        return undefined;
      }
      cache.set(query, prepared);
    }
    return prepared;
  };
}

/**
 * SQLSTATE class 22, data exceptions: a value that the database does not accept, such as a character that `text` cannot
 * store.
 */
const DATA_EXCEPTION = /^22/;

/**
 * Returns errors of the catalogue unchanged; of all others only the path, because a driver's message can contain
 * values. Logs each field once, however many rows failed, by its name in the schema: an alias is the client's text.
 */
function safeErrors(errors: readonly GraphQLError[], log: Logger): GraphQLFormattedError[] {
  const logged = new Set<string>();
  // Refusals are reported beside the data, once per place.
  const faults = errors.filter(({ extensions }) => extensions.code !== 'UNAUTHORIZED_FIELD_OR_TYPE');
  return faults.map((error) => {
    const cause = error.originalError as { name?: string; code?: string } | undefined;
    const ours = isErrorCode(error.extensions.code);
    const input = !ours && DATA_EXCEPTION.test(cause?.code ?? '');
    const slow = cause?.code === QUERY_CANCELED;
    const [node] = error.nodes ?? [];
    const field = node !== undefined && 'name' in node ? node.name?.value : undefined;
    if (!ours && !input && !logged.has(`${field}`)) {
      logged.add(`${field}`);
      if (slow) log.warn({ field }, 'a field took too long');
      else log.error({ field, cause: cause?.name, sqlState: cause?.code }, 'a field failed');
    }
    const code = slow ? 'TOO_SLOW' : input ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
    const safe = ours ? error : failure(code);
    const { message, extensions } = errorBody(safe).errors[0] as GraphQLFormattedError;
    return { message, ...(error.path && { path: error.path }), ...(extensions && { extensions }) };
  });
}
