import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { isAgency } from '../../shared/domain/agencies';
import { ERRORS, type ErrorCode, failure } from '../../shared/protocol/errors';
import { DEFAULT_RESPONSE_TYPE, responseType } from '../../shared/protocol/response-type';
import type { AccessMode } from '../access/access-mode';
import { permittingPurposes } from '../access/permitting-purposes';
import type { GatewayRules } from '../access/rule-bundle';
import { staticAnswers } from '../access/static-answers';
import { AgencyDataSource } from '../agencies/agency-data-source';
import { openSource } from '../agencies/open-source';
import type { Transport } from '../agencies/transport';
import { type Explaining, explaining } from '../explain/explain-requests';
import type { FetchSource } from '../federation/execution/run';
import { planExecutor } from '../federation/plan-executor';
import { type Labels, readSupergraph, type Supergraph } from '../federation/supergraph';
import { accessExtension } from '../graphql/access-extension';
import { type ApolloContext, graphqlEngine } from '../graphql/apollo-server';
import { authorizingGateway } from '../graphql/authorizing-executor';
import { PreparedDocuments } from '../graphql/prepared-documents';
import { checkDocuments } from '../graphql/valid-documents';
import { operationCost } from '../limits/operation-cost';
import { lookupsIn } from '../lookups/lookups-in';
import { Deadline } from '../request/deadline';
import { RequestContext } from '../request/request-context';
import type { Manifest } from '../trusted-documents/manifest';
import { type Graph, graphId, hashOfSupergraph } from './graph-files';
import type { GraphObserver } from './graph-observer';
import { GraphRefused } from './graph-refused';
import type { UsedOperation } from './operation-stats';
import { sampleVariables } from './sample-variables';

export interface ActiveGraphOptions {
  readonly mode: AccessMode;
  readonly labels: Labels;
  readonly transports: ReadonlyMap<string, Transport>;
  /** Operations that must be valid on every graph. */
  readonly trustedDocuments: Manifest | undefined;
  readonly observer: GraphObserver;
  readonly log: Logger;
}

/**
 * Everything derived from one supergraph and its rules. Graphs share no caches, and a request keeps the graph it began
 * with.
 */
export class ActiveGraph {
  readonly id: string;
  /** Version of its rules. */
  readonly rules: string;
  /** First half of the supergraph's SHA-256 in hexadecimal, like versions of rules. */
  readonly supergraph: string;
  readonly explaining: Explaining;
  /** Prepared operations by their texts. */
  readonly documents: PreparedDocuments;
  private readonly engine: ApolloServer<ApolloContext>;
  private readonly options: ActiveGraphOptions;
  private readonly schema: GraphQLSchema;
  private readonly underWay = new Set<FastifyRequest>();
  private started = false;
  private retired = false;

  /** @throws if this graph must not be served. */
  constructor(graph: Graph, options: ActiveGraphOptions) {
    const { mode, labels, trustedDocuments, observer } = options;
    const { supergraphSdl, rules, supergraph = readSupergraph(supergraphSdl, labels) } = graph;
    const { requirements, schema, costs } = supergraph;
    const purposesFor = permittingPurposes(requirements, rules);
    const plans = planExecutor(supergraph, sourcesOf(supergraph, rules, options), observer, options.log);
    this.documents = new PreparedDocuments({
      compiler: {
        cost: ({ document, operation }) => operationCost(costs, document, operation),
        lookups: lookupsIn(schema),
      },
      planner: plans,
      use: observer.documents,
    });
    this.engine = graphqlEngine({
      gateway: authorizingGateway(plans, { requirements, rules, mode, use: observer.filtered }),
      documentStore: this.documents.documentStore,
      addAccess: accessExtension(mode, purposesFor),
      onSchema: (apiSchema) => trustedDocuments && checkDocuments(trustedDocuments, apiSchema),
    });
    this.schema = schema;
    this.explaining = explaining({ schema, requirements, rules, purposesFor, trustedDocuments });
    this.supergraph = hashOfSupergraph(supergraphSdl).slice(0, 32);
    this.id = graphId(supergraphSdl, rules.version);
    this.rules = rules.version;
    this.options = options;
  }

  /** @throws if the planner refuses the supergraph. */
  async start(): Promise<void> {
    await this.engine.start();
    this.started = true;
  }

  /** Keeps the graph running until `ended` is called for the request. */
  begun(request: FastifyRequest): void {
    this.underWay.add(request);
  }

  ended(request: FastifyRequest): void {
    // `onSend` runs twice for an answer that a later hook replaces.
    if (this.underWay.delete(request) && this.retired && this.underWay.size === 0) void this.stop();
  }

  /**
   * Validates the text, then answers through Apollo Server. Validation runs on the planning thread, which Apollo
   * Server's own would not.
   *
   * @param contextOf makes the context that the request carries from here on.
   */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    contextOf: (request: FastifyRequest) => RequestContext,
  ): Promise<unknown> {
    const { operation, caller } = request;
    const faults = operation === null ? [] : await this.documents.faultsOf(operation.prepared, caller?.sub ?? '');
    if (faults.length > 0) {
      request.errorCodes = ['GRAPHQL_VALIDATION_FAILED'];
      reply.code(ERRORS.GRAPHQL_VALIDATION_FAILED.status);
      reply.header('content-type', responseType(request.headers.accept) ?? DEFAULT_RESPONSE_TYPE);
      return jsonLine(JSON.stringify({ errors: faults }));
    }
    const context = contextOf(request);
    request.context = context;
    const {
      status = 200,
      headers,
      body,
    } = await this.engine.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: negotiated(request), search: '', body: request.body },
      context: async () => ({ context }),
    });
    // The gateway supports neither `@defer` nor `@stream`.
    if (body.kind !== 'complete') throw failure('INTERNAL_SERVER_ERROR');
    reply.code(status);
    for (const [name, value] of headers) reply.header(name, value);
    request.errorCodes = context.answer === null ? refusedBody(status) : codesOf(context.answer);
    return jsonLine(body.string);
  }

  /**
   * Takes an operation through the stages of a request up to the fetches from agencies, so that the next request finds
   * it parsed, validated, filtered and planned.
   *
   * @returns whether the operation is valid on this graph.
   */
  async rehearse({ query, operationName, access }: UsedOperation): Promise<boolean> {
    const { sub } = access.caller;
    const prepared = await this.documents.prepare(query, sub).catch(() => undefined);
    // If preparing fails now, the first request for the operation will prepare it.
    if (prepared === undefined) return true;
    const faults = await Promise.resolve(this.documents.faultsOf(prepared, sub)).catch(() => []);
    const sent = prepared.operation(operationName);
    if (faults.length > 0 || sent === null) return false;
    const deadline = new Deadline(0);
    const context = new RequestContext({
      requestId: '',
      access,
      deadline,
      signContext: unsigned,
      sent,
      rehearsed: true,
    });
    await this.engine.executeOperation(
      {
        query,
        ...(operationName !== undefined && { operationName }),
        variables: sampleVariables(this.schema, sent.operation),
      },
      { contextValue: { context } },
    );
    return true;
  }

  /** Stops the graph when its last request has ended. No request may begin on it after this call. */
  retire(): void {
    this.retired = true;
    if (this.underWay.size === 0) void this.stop();
  }

  async stop(): Promise<void> {
    if (!this.started) return; // an engine that never started refuses to stop
    const { id, options } = this;
    try {
      await this.engine.stop();
      options.log.debug({ id }, 'graph-stopped');
    } catch (error) {
      options.log.warn({ id, cause: (error as { name?: string }).name }, 'graph-not-stopped');
    }
  }
}

/** The text and a line feed, as bytes: a string would be copied to measure its length, and again to send it. */
function jsonLine(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const body = Buffer.allocUnsafe(length + 1);
  body.write(text);
  body[length] = LINE_FEED;
  return body;
}

const LINE_FEED = 0x0a;

function codesOf({ errors }: FormattedExecutionResult): readonly string[] {
  return errors === undefined ? NO_CODES : [...new Set(errors.map(({ extensions }) => String(extensions?.code)))];
}

/** Apollo Server refuses a body that is not a GraphQL request before it makes an answer. */
const refusedBody = (status: number): readonly ErrorCode[] => [status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR'];

/** The headers that Apollo Server needs; the gateway handles the others. */
function negotiated({ headers }: FastifyRequest): HeaderMap {
  const read = new HeaderMap();
  if (headers.accept !== undefined) read.set('accept', headers.accept);
  if (headers['content-type'] !== undefined) read.set('content-type', headers['content-type']);
  return read;
}

const NO_CODES: readonly string[] = [];

/** @returns a function that throws for a subgraph without an address. */
function sourcesOf(supergraph: Supergraph, rules: GatewayRules, { labels, transports, log }: ActiveGraphOptions) {
  const answers = staticAnswers(supergraph.requirements, rules);
  return (name: string): FetchSource<RequestContext> => {
    const transport = transports.get(name);
    if (transport !== undefined && labels === 'none') return openSource(name, transport);
    if (transport === undefined || !isAgency(name)) {
      throw new GraphRefused('AGENCY_WITHOUT_ADDRESS', `The supergraph names an agency without an address: ${name}.`);
    }
    return new AgencyDataSource({
      agency: name,
      transport,
      supergraph,
      staticAnswers: answers,
      masked: rules.masked,
      log,
    });
  };
}

/** A rehearsal has no caller in whose name a request could be signed. */
function unsigned(): never {
  throw new Error('A rehearsal must not send requests to agencies.');
}
