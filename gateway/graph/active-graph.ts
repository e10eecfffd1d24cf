import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { isAgency } from '../../shared/domain/agencies';
import { ERRORS } from '../../shared/protocol/errors';
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
import type { Planner } from '../federation/planning/planner';
import { type Labels, readSupergraph, type Supergraph } from '../federation/supergraph';
import { type AcceptedQueries, acceptedQueries } from '../graphql/accepted-queries';
import { accessExtension, accessPlugin } from '../graphql/access-extension';
import { graphqlEngine } from '../graphql/apollo-server';
import { authorizingGateway } from '../graphql/authorizing-executor';
import { validDocuments } from '../graphql/valid-documents';
import { type ValidTexts, validTexts } from '../graphql/valid-texts';
import { type OperationLimits, type OperationSent, operationLimits } from '../limits/operation-limits';
import { type LookupsIn, lookupsIn } from '../lookups/lookups-in';
import { Deadline } from '../request/deadline';
import type { EngineContext } from '../request/engine-context';
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
  /** What the engine is given along with a request. */
  readonly contextOf: (request: FastifyRequest) => EngineContext;
  /** The most that one operation may cost. */
  readonly costLimit: number;
  /** What every graph that is served has to answer. */
  readonly trustedDocuments: Manifest | undefined;
  readonly observer: GraphObserver;
  readonly log: Logger;
}

/**
 * All that follows from one supergraph and its rules. Nothing that was worked out under one graph is known to another, and
 * a request keeps the one that it was given.
 */
export class ActiveGraph {
  readonly id: string;
  /** Version of its rules. */
  readonly rules: string;
  /** Of the supergraph, the first half of its SHA-256 in hexadecimal digits, as versions of rules are told. */
  readonly supergraph: string;
  private readonly operations: OperationLimits;
  private readonly inTurn: Planner['inTurn'];
  readonly lookupsIn: LookupsIn;
  readonly explaining: Explaining;
  private readonly engine: ApolloServer<EngineContext>;
  private readonly accepted: AcceptedQueries;
  private readonly texts: ValidTexts;
  private readonly options: ActiveGraphOptions;
  private readonly schema: GraphQLSchema;
  private readonly underWay = new Set<FastifyRequest>();
  private byApollo: ((request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) | undefined;
  private retired = false;

  /** @throws where it is not one that may be served. */
  constructor(graph: Graph, options: ActiveGraphOptions) {
    const { mode, labels, costLimit, trustedDocuments, observer } = options;
    const { supergraphSdl, rules, supergraph = readSupergraph(supergraphSdl, labels) } = graph;
    const { requirements } = supergraph;
    const engine = planExecutor(supergraph, sourcesOf(supergraph, rules, options), observer, options.log);
    const gateway = authorizingGateway(engine, { requirements, rules, mode, use: observer.filtered });
    const purposesFor = permittingPurposes(requirements, rules);
    const addAccess = accessExtension(mode, purposesFor);
    this.accepted = acceptedQueries(gateway.execute, addAccess);
    this.texts = validTexts(engine.validate);
    this.inTurn = engine.inTurn;
    this.engine = graphqlEngine(gateway, this.texts.documentStore, [this.accepted.plugin, accessPlugin(addAccess)]);
    if (trustedDocuments !== undefined) this.engine.addPlugin(validDocuments(trustedDocuments));
    this.operations = operationLimits(supergraph.costs, costLimit, observer.documents);
    this.schema = supergraph.schema;
    this.lookupsIn = lookupsIn(supergraph.schema);
    this.explaining = explaining({ schema: supergraph.schema, requirements, rules, purposesFor, trustedDocuments });
    this.supergraph = hashOfSupergraph(supergraphSdl).slice(0, 32);
    this.id = graphId(supergraphSdl, rules.version);
    this.rules = rules.version;
    this.options = options;
  }

  /** @throws where the planner refuses the supergraph. */
  async start(): Promise<void> {
    await this.engine.start();
    const { contextOf } = this.options;
    const context = async (request: FastifyRequest) => contextOf(request);
    this.byApollo = fastifyApolloHandler(this.engine, { context }) as typeof this.byApollo;
  }

  /** Keeps the engine until `ended`. */
  begun(request: FastifyRequest): void {
    this.underWay.add(request);
  }

  ended(request: FastifyRequest): void {
    // An answer that is replaced on its way out ends twice.
    if (this.underWay.delete(request) && this.retired && this.underWay.size === 0) void this.stop();
  }

  /** Whether the text of an operation was looked at before, and is remembered. */
  knows(operation: OperationSent): boolean {
    return this.operations.knows(operation);
  }

  /**
   * What an operation costs. A text is read for the first time when it is its caller's turn: to read one takes little, to read
   * as many as come at once does not.
   *
   * @throws as `OperationLimits`; RATE_LIMITED, PLANNING_BUSY.
   */
  async costOf(operation: OperationSent, caller: string): Promise<number> {
    const cost = () => this.operations.costOf(operation);
    return this.knows(operation) ? cost() : this.inTurn(caller, async () => cost());
  }

  /** Once it is started. */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const answer = await this.accepted.answer(request, reply, this.options.contextOf);
    if (answer !== undefined) return answer;
    const { body, caller } = request;
    const { query } = (body ?? {}) as { readonly query?: unknown };
    const errors = typeof query === 'string' ? await this.texts.faultsOf(query, caller?.sub ?? '') : [];
    if (errors.length === 0) return this.byApollo?.(request, reply);
    reply.code(ERRORS.GRAPHQL_VALIDATION_FAILED.status);
    reply.header('content-type', responseType(request.headers.accept) ?? DEFAULT_RESPONSE_TYPE);
    return `${JSON.stringify({ errors })}\n`;
  }

  /**
   * Takes an operation the way of a request, up to where agencies would be asked, so that the next who sends it finds it
   * parsed, validated, filtered and planned.
   *
   * @returns whether it is one on this graph.
   */
  async rehearse({ query, operationName, access }: UsedOperation): Promise<boolean> {
    const contextValue: EngineContext = {
      request: new RequestContext('', access, unsigned, new Deadline(0)),
      reportCodes: () => undefined,
      recordBeginning: async () => undefined,
      rehearsed: true,
    };
    // What cannot be rehearsed at the moment is planned as it is asked for.
    const faults = await this.texts.faultsOf(query, access.caller.sub).catch(() => []);
    if (faults.length > 0) return false;
    const variables = sampleVariables(this.schema, query, operationName);
    await this.engine.executeOperation(
      { query, ...(operationName !== undefined && { operationName }), variables },
      { contextValue },
    );
    return true;
  }

  /** Stops once the last request has ended; there must be no more to come. */
  retire(): void {
    this.retired = true;
    if (this.underWay.size === 0) void this.stop();
  }

  async stop(): Promise<void> {
    if (this.byApollo === undefined) return; // an engine that never started refuses to stop
    const { id, options } = this;
    try {
      await this.engine.stop();
      options.log.debug({ id }, 'graph-stopped');
    } catch (error) {
      options.log.warn({ id, cause: (error as { name?: string }).name }, 'graph-not-stopped');
    }
  }
}

/** @returns a function that throws for a subgraph without an address. */
function sourcesOf(supergraph: Supergraph, rules: GatewayRules, { labels, transports, log }: ActiveGraphOptions) {
  const answers = staticAnswers(supergraph.requirements, rules);
  return (name: string): FetchSource<EngineContext> => {
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

/** Nothing may be sent to an agency in nobody's name. */
function unsigned(): never {
  throw new Error('A rehearsal is not carried out.');
}
