import { randomBytes } from 'node:crypto';
import type {
  FastifyInstance,
  FastifyRequest,
  onRequestAsyncHookHandler,
  onResponseAsyncHookHandler,
  preHandlerAsyncHookHandler,
  RouteShorthandOptions,
} from 'fastify';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../shared/domain/clock';
import type { ContextSigner } from '../shared/protocol/context-token';
import { failure } from '../shared/protocol/errors';
import { answerErrors } from '../shared/protocol/http-errors';
import { responseType } from '../shared/protocol/response-type';
import { type ServedMetrics, serveMetrics } from '../shared/telemetry/serve-metrics';
import type { AccessMode } from './access/access-mode';
import { type AgencyLimits, DEFAULT_AGENCY_LIMITS } from './agencies/agency-limits';
import { agencyTransports } from './agencies/agency-transports';
import { ChildIdKeys } from './agencies/child-id-keys';
import type { AgencyObserver } from './agencies/reliable-transport';
import type { Transport } from './agencies/transport';
import { explainRequests } from './explain/explain-requests';
import type { Labels } from './federation/supergraph';
import { breakGlassHook } from './governance-center/break-glass-hook';
import { emergencyUses } from './governance-center/break-glass-uses';
import { askGovernanceCenter } from './governance-center/governance-center';
import { grantResolver } from './governance-center/grants';
import type { Graph, GraphFiles } from './graph/graph-files';
import { GraphManager } from './graph/graph-manager';
import { engineContexts } from './graphql/engine-contexts';
import type { Authenticate } from './http/authenticate';
import { httpServer } from './http/http-server';
import { statedPurpose } from './http/purpose';
import { refuseCompressed } from './http/request-body';
import { logRequests } from './http/request-log';
import type { AccessLedger } from './ledger/access-ledger';
import { auditHooks } from './ledger/audit-hooks';
import { RefusalCounts } from './ledger/refusal-counts';
import { addressLimiter } from './limits/address-limiter';
import { callerLimiter } from './limits/caller-limiter';
import { LargeOperations } from './limits/large-operations';
import type { OperationSent } from './limits/operation-limits';
import { DEFAULT_LIMITS, type LimitSettings } from './limits/settings';
import { countLookups } from './lookups/count-lookups';
import { numberDigest } from './lookups/number-digest';
import { AgencyFault } from './request/agency-fault';
import { Deadline } from './request/deadline';
import type { NumberDigest } from './request/request-lookups';
import { observeRequests } from './telemetry/observe-requests';
import { observedLedger } from './telemetry/observed-ledger';
import { type GatewayTelemetry, graphObserver, NO_TELEMETRY } from './telemetry/telemetry';
import { tracedTransport } from './telemetry/traced-transport';
import type { Manifest } from './trusted-documents/manifest';
import { onlyTrusted } from './trusted-documents/only-trusted';

/** What it answers by at first, and all that stays as it is. */
export interface GatewayOptions extends Graph {
  /**
   * `none` for a graph that holds nothing about anyone and has no agencies, such as those of the public suites that
   * federation gateways are tested with; `required` unless told otherwise.
   */
  readonly labels?: Labels;
  readonly accessMode: AccessMode;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly agencyLimits?: AgencyLimits;
  readonly agencyObserver?: AgencyObserver;
  readonly authenticate: Authenticate;
  readonly signContext: ContextSigner;
  /** Whose X-Forwarded-For is believed: addresses and CIDR ranges; nobody's where nothing is given. */
  readonly trustedProxies?: readonly string[];
  /** How numbers that were looked up in vain stand in the ledger; by default, in a way that no other process can tell. */
  readonly numberDigest?: NumberDigest;
  /** By default, those of docs/reference/limits.md. */
  readonly limits?: LimitSettings;
  /** Where these alone are answered. */
  readonly trustedDocuments?: Manifest | undefined;
  /** Neither counted nor traced where nothing is given. */
  readonly telemetry?: GatewayTelemetry | undefined;
  /** What GET /metrics shows, and to whom; there is none where nothing is given. */
  readonly metrics?: ServedMetrics | undefined;
  readonly clock?: Clock;
  /** Whether it asks the agencies for the fingerprints of their keys, and answers nothing while they differ. */
  readonly comparesChildIdKeys?: boolean;
  readonly log: Logger;
}

export interface Gateway {
  /** Listens as soon as it is told to, and answers 503 until it is loaded. */
  readonly app: FastifyInstance;
  /** Loads the supergraph, and answers from then on. @throws where it is not one that may be served. */
  load(ledger: AccessLedger): Promise<void>;
  /** Answers by another supergraph and its rules from then on, or refuses them; done once that is settled. */
  offer(texts: GraphFiles): Promise<void>;
  /** Lets the requests under way end, then closes. */
  close(): Promise<void>;
}

/** How long requests under way may take to end, once the gateway closes. */
const DRAIN_MILLISECONDS = 10_000;

/** The way of a request, in order. */
export function createGateway(options: GatewayOptions): Gateway {
  const { accessMode: mode, authenticate, signContext, log } = options;
  const { labels = 'required', agencyLimits = DEFAULT_AGENCY_LIMITS, agencyObserver } = options;
  const { limits = DEFAULT_LIMITS, trustedDocuments } = options;
  const { telemetry = NO_TELEMETRY, clock = systemClock } = options;
  const transports = agencyTransports(options.transports, {
    limits: agencyLimits,
    observer: agencyObserver ?? telemetry.metrics,
    traced: (transport, agency) => tracedTransport(transport, agency, telemetry.tracing),
  });
  let ledger: AccessLedger | undefined;
  const rulesOf = ({ graph }: FastifyRequest) => (graph ?? graphs.current).rules;
  const contextOf = engineContexts({ signContext, ledger: () => ledger, rules: rulesOf, clock });
  const graphs = new GraphManager(options, {
    mode,
    labels,
    transports,
    contextOf,
    costLimit: limits.operationCost,
    trustedDocuments,
    observer: graphObserver(telemetry),
    log,
  });
  const centre = askGovernanceCenter(transports.get('governance-center') ?? noGovernanceCenter(labels), signContext);
  const resolveGrant = grantResolver(centre, log);
  const trusted = trustedDocuments && onlyTrusted(trustedDocuments);
  const callers = callerLimiter({ limits: limits.caller, redisUrl: limits.redisUrl, log });
  const largeOperations = new LargeOperations();
  const addresses = addressLimiter(limits.addressRefusals);
  const refusals = new RefusalCounts({ ledger: () => ledger, clock, log });
  const lookups = countLookups(callers, options.numberDigest ?? ownDigest());
  const app = httpServer(limits.requestMilliseconds, options.trustedProxies);
  logRequests(app, log);
  observeRequests(app, telemetry);
  answerErrors(app);
  const accountedFor = breakGlassHook(emergencyUses(centre, log));
  const recorded = auditHooks({ ledger: () => ledger, rules: rulesOf, clock, refusals, log });
  const keys = new ChildIdKeys({
    transports: options.comparesChildIdKeys === true ? options.transports : new Map(),
    signContext,
    log,
  });
  telemetry.metrics?.watchReady(() => keys.agree && ledger?.figures().up === true);
  if (options.metrics !== undefined) serveMetrics(app, options.metrics);
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const ready = keys.agree && (await ledger?.ready().then(always, never)) === true;
    return reply.code(ready ? 200 : 503).send({ ready, ...(ledger && graphs.status) });
  });
  /** Before anything of the request is looked at. */
  const admitted: onRequestAsyncHookHandler = async ({ peer }) => {
    if (ledger === undefined || !keys.agree) throw failure('NOT_READY');
    await ledger.ready();
    addresses.check(peer);
  };
  const refusedToAddress: onResponseAsyncHookHandler = async ({ caller, peer }) => {
    if (caller === null) addresses.refused(peer);
  };
  for (const url of ['/graphql', '/access/explain']) {
    app.route({
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
      url,
      onRequest: admitted,
      handler: () => Promise.reject(failure('METHOD_NOT_ALLOWED')),
      onSend: recorded.onSend,
      onResponse: refusedToAddress,
    });
  }
  /** @param operation puts the operation that is to be answered in the place of what was sent. */
  const way = (operation: preHandlerAsyncHookHandler): RouteShorthandOptions => ({
    onRequest: [
      admitted,
      async (request) => {
        request.caller = await authenticate(request.headers.authorization);
        await callers.request(request.caller.sub);
      },
      refuseCompressed,
      async ({ headers }) => {
        if (responseType(headers.accept) === undefined) throw failure('NOT_ACCEPTABLE');
      },
      async (request) => {
        request.stated = statedPurpose(request.headers);
      },
    ],
    preHandler: [
      recorded.preHandler,
      graphs.begin,
      async (request) => {
        request.deadline = new Deadline(agencyLimits.requestMilliseconds);
      },
      operation,
      async (request) => {
        const { caller, graph, body } = request;
        const sent = body as Partial<OperationSent> | null;
        if (caller === null || graph === null || typeof sent?.query !== 'string') return;
        const asked = sent as OperationSent;
        if (!graph.knows(asked)) await callers.newText(caller.sub);
        const cost = await graph.costOf(asked, caller.sub);
        await callers.operation(caller.sub, cost);
        request.endOperation = await largeOperations.begin(cost);
      },
      lookups.preHandler,
      async (request) => {
        const { caller, stated } = request;
        if (caller === null || stated === null) throw failure('UNAUTHENTICATED');
        const { purpose, reference, reasonGiven } = stated;
        const asked = { caller, purpose, reference, reasonGiven };
        const confirmed = await resolveGrant({ ...asked, grant: null }, request);
        request.approvedBy = confirmed?.confirmedBy ?? null;
        request.access = Object.freeze({ ...asked, grant: confirmed?.grant ?? null });
      },
    ],
    onSend: [async ({ endOperation }) => endOperation?.(), graphs.end, lookups.onSend, accountedFor, recorded.onSend],
    onResponse: [recorded.onResponse, refusedToAddress],
  });
  const knownOperation: preHandlerAsyncHookHandler = async (request) => {
    if (trusted === undefined || request.caller === null) return;
    request.body = trusted(request.body, request.caller);
  };
  const explained = explainRequests(graphs.answer);
  app.post('/graphql', way(knownOperation), graphs.answer);
  app.post('/access/explain', way(explained.preHandler), explained.handler);

  return {
    app,
    async load(openLedger) {
      await graphs.start();
      await keys.compare();
      keys.start();
      ledger = observedLedger(openLedger, telemetry);
    },
    offer: (texts) => graphs.offer(texts),
    async close() {
      // A client that stalls in the middle of its request must not hold the others up for ever.
      const deadline = setTimeout(() => app.server.closeAllConnections(), DRAIN_MILLISECONDS);
      keys.stop();
      await app.close();
      clearTimeout(deadline);
      await refusals.record();
      await graphs.close();
      await callers.close();
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

const ownDigest = (): NumberDigest => numberDigest(randomBytes(32));

const always = () => true;
const never = () => false;

/** Cases and meetings are known to the governance centre alone; a graph without labels has neither. */
function noGovernanceCenter(labels: Labels): Transport {
  if (labels === 'required')
    throw new Error('There is no address of the governance centre, which knows cases and meetings.');
  return { send: () => Promise.reject(new AgencyFault('UNREACHABLE')), close: async () => undefined };
}
