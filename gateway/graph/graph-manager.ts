import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  FastifyReply,
  FastifyRequest,
  onSendHookHandler,
  preHandlerAsyncHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import type { RequestContext } from '../request/request-context';
import { ActiveGraph, type ActiveGraphOptions } from './active-graph';
import { type Graph, type GraphFiles, idOfTexts, readGraph } from './graph-files';
import { type GraphRefusalReason, GraphRefused } from './graph-refused';
import { OperationStats } from './operation-stats';
import { warmUp } from './warm-up';

declare module 'fastify' {
  interface FastifyRequest {
    /** The graph that answers the request, set when the whole request has arrived. */
    graph: ActiveGraph | null;
  }
}

/** The active graph, and the last one that was refused. */
export interface GraphStatus {
  readonly graph: { readonly id: string; readonly rules: string; readonly since: string };
  readonly refused?: { readonly id: string; readonly reason: GraphRefusalReason; readonly at: string };
}

export interface GraphManagerOptions extends ActiveGraphOptions {
  /** Makes the context that a request carries through Apollo Server to the agencies. */
  readonly contextOf: (request: FastifyRequest) => RequestContext;
  /** Charges a caller for a text that is not in memory. @throws RATE_LIMITED */
  readonly chargeNewText: (caller: string) => Promise<void>;
}

const WARMED_OPERATIONS = 200;

/** Gives each request the active graph, and replaces that graph by a new one. */
export class GraphManager {
  private readonly popular = new OperationStats();
  private graph: ActiveGraph;
  private since = new Date();
  private refused: GraphStatus['refused'];
  private readonly options: ActiveGraphOptions;
  private readonly contextOf: GraphManagerOptions['contextOf'];
  private readonly chargeNewText: GraphManagerOptions['chargeNewText'];
  private considering: Promise<void> = Promise.resolve();
  private closing = false;

  /** @throws if the first graph must not be served. */
  constructor(first: Graph, { contextOf, chargeNewText, ...options }: GraphManagerOptions) {
    this.options = options;
    this.contextOf = contextOf;
    this.chargeNewText = chargeNewText;
    this.graph = new ActiveGraph(first, options);
    this.options.observer.serves(this.graph.rules, this.graph.supergraph);
  }

  get current(): ActiveGraph {
    return this.graph;
  }

  /** Runs once the whole request has arrived: a client that stalls must not keep an old graph running. */
  readonly begin: preHandlerHookHandler = (request, _reply, done) => {
    request.graph = this.graph;
    request.graph.begun(request);
    done();
  };

  /** Prepares the operation of a request, and charges the caller for a text that is not in memory. */
  readonly prepare: preHandlerAsyncHookHandler = async (request) => {
    const { caller, graph, body } = request;
    const { query, operationName, variables } = (body ?? {}) as Readonly<Record<string, unknown>>;
    // A body without a text is left to Apollo Server, which refuses it.
    if (caller === null || graph === null || typeof query !== 'string') return;
    const prepared = await graph.documents.prepare(query, caller.sub, this.chargeNewText);
    const name = typeof operationName === 'string' ? operationName : undefined;
    request.operation = { prepared, name, operation: prepared.operation(name), variables: objectOf(variables) };
  };

  readonly answer = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    request.graph?.answer(request, reply, this.contextOf);

  readonly end: onSendHookHandler = (request, _reply, payload, done) => {
    const { graph, access, context, operation } = request;
    graph?.ended(request);
    if (access !== null && operation !== null && context?.operation != null) {
      this.popular.count(operation.prepared.text, operation.name, access);
    }
    done(null, payload);
  };

  get status(): GraphStatus {
    const { graph, since, refused } = this;
    return { graph: { id: graph.id, rules: graph.rules, since: since.toISOString() }, ...(refused && { refused }) };
  }

  async start(): Promise<void> {
    await this.graph.start();
    this.since = new Date();
  }

  /**
   * Replaces the active graph by a new one, once that is known to be good and has planned the most used operations. A
   * bad graph is refused, and named in the log and the status. Offers are handled one after the other. Never rejects.
   */
  offer(texts: GraphFiles): Promise<void> {
    this.considering = this.considering.then(() => this.consider(texts));
    return this.considering;
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.considering;
    await this.graph.stop();
  }

  private async consider(texts: GraphFiles): Promise<void> {
    const id = idOfTexts(texts);
    if (id === this.graph.id) this.refused = undefined;
    if (this.closing || id === this.graph.id || id === this.refused?.id) return;
    const startedAt = performance.now();
    try {
      const next = await this.opened(texts);
      const operations = await warmUp(next, this.popular.most(WARMED_OPERATIONS), () => this.closing);
      if (this.closing) return await next.stop();
      const milliseconds = Math.round(performance.now() - startedAt);
      this.swap(next);
      this.options.log.info({ id, rules: next.rules, operations, milliseconds }, 'graph-swapped');
    } catch (error) {
      const reason = error instanceof GraphRefused ? error.reason : 'SUPERGRAPH_REFUSED';
      this.refused = { id, reason, at: new Date().toISOString() };
      this.options.log.error({ id, reason, fault: (error as Error).message }, 'graph-refused');
    }
  }

  /** Reads and builds a graph: some hundred milliseconds of work, in a few steps between which other work can run. */
  private async opened(texts: GraphFiles): Promise<ActiveGraph> {
    const graph = await readGraph(texts);
    await nextTurn();
    const next = new ActiveGraph(graph, this.options);
    await nextTurn();
    await next.start();
    await nextTurn();
    return next;
  }

  private swap(next: ActiveGraph): void {
    const before = this.graph;
    this.graph = next;
    this.options.observer.serves(next.rules, next.supergraph);
    this.since = new Date();
    this.refused = undefined;
    this.popular.age();
    before.retire();
  }
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : NO_VARIABLES;

const NO_VARIABLES = Object.freeze({});
