import { randomBytes } from 'node:crypto';
import type {
  FastifyInstance,
  FastifyRequest,
  onRequestAsyncHookHandler,
  onSendAsyncHookHandler,
  preHandlerAsyncHookHandler,
  preHandlerHookHandler,
  RouteShorthandOptions,
} from 'fastify';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../shared/domain/clock';
import type { ContextSigner } from '../shared/protocol/context-token';
import { failure } from '../shared/protocol/errors';
import { answerErrors } from '../shared/protocol/http-errors';
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
import { confirmLookups } from './governance-center/confirm-lookups';
import { askGovernanceCenter } from './governance-center/governance-center';
import { grantResolver } from './governance-center/grants';
import { lookupConfirmation } from './governance-center/lookups';
import { openings } from './governance-center/openings';
import { openingsHook } from './governance-center/openings-hook';
import { verifyReference } from './governance-center/verify-reference';
import type { Graph, GraphFiles } from './graph/graph-files';
import { GraphManager } from './graph/graph-manager';
import { requestContexts } from './graphql/request-contexts';
import { type Admission, admission } from './http/admission';
import type { Authenticate } from './http/authenticate';
import { authenticateCaller } from './http/authenticate-caller';
import { serveHealth } from './http/health';
import { httpServer } from './http/http-server';
import { statePurpose } from './http/purpose';
import { refuseUnacceptable } from './http/refuse-unacceptable';
import { refuseCompressed } from './http/request-body';
import { logRequests } from './http/request-log';
import type { AccessLedger } from './ledger/access-ledger';
import { type AuditHooks, auditHooks } from './ledger/audit-hooks';
import { RefusalCounts } from './ledger/refusal-counts';
import { addressLimiter } from './limits/address-limiter';
import { callerLimiter } from './limits/caller-limiter';
import { limitOperations, type OperationLimits } from './limits/operation-limits';
import { DEFAULT_LIMITS, type LimitSettings } from './limits/settings';
import { type CountLookups, countLookups } from './lookups/count-lookups';
import { numberDigest } from './lookups/number-digest';
import { AgencyFault } from './request/agency-fault';
import { startDeadline } from './request/deadline';
import type { NumberDigest } from './request/request-lookups';
import { observeRequests } from './telemetry/observe-requests';
import { observedLedger } from './telemetry/observed-ledger';
import { type GatewayTelemetry, graphObserver, NO_TELEMETRY } from './telemetry/telemetry';
import { tracedTransport } from './telemetry/traced-transport';
import type { Manifest } from './trusted-documents/manifest';
import { trustedOnly } from './trusted-documents/only-trusted';

/** The graph served at start-up, plus settings that never change at run time. */
export interface GatewayOptions extends Graph {
  /**
   * `required` by default; `none` for a graph without personal data and without agencies, such as those of public test
   * suites for federation gateways.
   */
  readonly labels?: Labels;
  readonly accessMode: AccessMode;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly agencyLimits?: AgencyLimits;
  readonly agencyObserver?: AgencyObserver;
  readonly authenticate: Authenticate;
  readonly signContext: ContextSigner;
  /** Proxies whose X-Forwarded-For header is trusted, as addresses and CIDR ranges; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Digests an ID number that belongs to no child, for the ledger; by default with a random key of this process. */
  readonly numberDigest?: NumberDigest;
  /** Defaults: docs/reference/limits.md. */
  readonly limits?: LimitSettings;
  /** The only operations that are allowed; undefined to allow all. */
  readonly trustedDocuments?: Manifest | undefined;
  /** Metrics and traces; undefined for none. */
  readonly telemetry?: GatewayTelemetry | undefined;
  /** What `GET /metrics` serves, and to whom; undefined for no such route. */
  readonly metrics?: ServedMetrics | undefined;
  readonly clock?: Clock;
  /**
   * Whether to compare the fingerprints of the agencies' keys for child ids, and to refuse every request while they
   * differ.
   */
  readonly comparesChildIdKeys?: boolean;
  readonly log: Logger;
}

export interface Gateway {
  /** Listens from the start, and answers 503 until it is loaded. */
  readonly app: FastifyInstance;
  /** Starts the graph and answers requests from then on. @throws for a graph that must not be served. */
  load(ledger: AccessLedger): Promise<void>;
  /** Replaces the graph by another one, or refuses that one; resolves once this is decided. */
  offer(texts: GraphFiles): Promise<void>;
  /** Lets the requests under way end, then closes. */
  close(): Promise<void>;
}

/** How long requests under way may take to end, once the gateway closes. */
const DRAIN_MILLISECONDS = 10_000;

/** Assembles the gateway; `stagesOf` lists the stages of a request. */
export function createGateway(options: GatewayOptions): Gateway {
  const { labels = 'required', limits = DEFAULT_LIMITS, agencyLimits = DEFAULT_AGENCY_LIMITS } = options;
  const { telemetry = NO_TELEMETRY, clock = systemClock, signContext, trustedDocuments, log } = options;
  let opened: AccessLedger | undefined;
  const ledger = () => opened;
  const rules = ({ graph }: FastifyRequest) => (graph ?? graphs.current).rules;

  const transports = agencyTransports(options.transports, {
    limits: agencyLimits,
    observer: options.agencyObserver ?? telemetry.metrics,
    traced: (transport, agency) => tracedTransport(transport, agency, telemetry.tracing),
  });
  const center = askGovernanceCenter(transports.get('governance-center') ?? noGovernanceCenter(labels), signContext);
  const keys = new ChildIdKeys({
    transports: options.comparesChildIdKeys === true ? options.transports : new Map(),
    signContext,
    log,
  });
  const callers = callerLimiter({ limits: limits.caller, redisUrl: limits.redisUrl, log });
  const refusals = new RefusalCounts({ ledger, clock, log });
  const graphs = new GraphManager(options, {
    mode: options.accessMode,
    labels,
    transports,
    contextOf: requestContexts({ signContext, ledger, rules, clock }),
    chargeNewText: (caller) => callers.newText(caller),
    trustedDocuments,
    observer: graphObserver(telemetry),
    log,
  });

  const app = httpServer(limits.requestMilliseconds, options.trustedProxies);
  logRequests(app, log);
  observeRequests(app, telemetry);
  answerErrors(app);
  telemetry.metrics?.watchReady(() => keys.agree && opened?.figures().up === true);
  if (options.metrics !== undefined) serveMetrics(app, options.metrics);
  const isReady = async () => keys.agree && (await opened?.ready().then(always, never)) === true;
  serveHealth(app, isReady, () => opened && graphs.status);

  const explained = explainRequests(graphs.answer);
  const { stages, refuseMethod } = stagesOf({
    admission: admission({ ledger, keys, addresses: addressLimiter(limits.addressRefusals) }),
    authenticate: authenticateCaller(options.authenticate, callers),
    audit: auditHooks({ ledger, rules, clock, refusals, log }),
    graphs,
    startDeadline: startDeadline(agencyLimits.requestMilliseconds),
    limits: limitOperations({ costLimit: limits.operationCost, callers }),
    lookups: countLookups({
      callers,
      digest: options.numberDigest ?? ownDigest(),
      confirm: confirmLookups(lookupConfirmation(center, log)),
      clock,
    }),
    verifyReference: verifyReference(grantResolver(center, log)),
    breakGlass: breakGlassHook(emergencyUses(center, log)),
    openings: openingsHook(openings(center, log)),
  });
  app.post(
    '/graphql',
    stages(...(trustedDocuments === undefined ? [] : [trustedOnly(trustedDocuments)])),
    graphs.answer,
  );
  app.post('/access/explain', stages(explained.preHandler), explained.handler);
  for (const url of ['/graphql', '/access/explain']) app.route({ ...refuseMethod, url });

  return {
    app,
    async load(openLedger) {
      await graphs.start();
      await keys.compare();
      keys.start();
      opened = observedLedger(openLedger, telemetry);
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

interface Stages {
  readonly admission: Admission;
  readonly authenticate: onRequestAsyncHookHandler;
  readonly audit: AuditHooks;
  readonly graphs: GraphManager;
  readonly startDeadline: preHandlerHookHandler;
  readonly limits: OperationLimits;
  readonly lookups: CountLookups;
  readonly verifyReference: preHandlerAsyncHookHandler;
  readonly breakGlass: onSendAsyncHookHandler;
  readonly openings: onSendAsyncHookHandler;
}

/**
 * The stages of every request in order, with the errors of each.
 *
 * `graphs.answer`, between `preHandler` and `onSend`, validates the text (GRAPHQL_VALIDATION_FAILED, PLANNING_BUSY);
 * has Apollo Server read the body (BAD_REQUEST, GRAPHQL_PARSE_FAILED) and check the operation
 * (OPERATION_RESOLUTION_FAILURE, INTROSPECTION_REFUSED, BAD_USER_INPUT); records a mutation before it runs
 * (LEDGER_UNAVAILABLE); removes fields that the rules refuse (UNAUTHORIZED_FIELD_OR_TYPE); asks the agencies
 * (AGENCY_UNAVAILABLE, and errors of their own); and reports data that an agency left out without an error
 * (ANSWER_INCOMPLETE).
 */
function stagesOf(stage: Stages) {
  const { admission, authenticate, audit, graphs, startDeadline, limits, lookups, verifyReference } = stage;
  /** @param operation replaces the request's body with the operation to run; none where the body is that operation. */
  const stages = (...operation: preHandlerAsyncHookHandler[]): RouteShorthandOptions => ({
    // Before the body is read:
    onRequest: [
      admission.onRequest, // NOT_READY, LEDGER_UNAVAILABLE, RATE_LIMITED (address)
      authenticate, // UNAUTHENTICATED, IDENTITY_PROVIDER_UNAVAILABLE, RATE_LIMITED (caller)
      refuseCompressed, // UNSUPPORTED_MEDIA_TYPE
      refuseUnacceptable, // NOT_ACCEPTABLE
      statePurpose, // ACCESS_PURPOSE_*, ACCESS_REASON_*, ACCESS_REFERENCE_*
    ],
    // Once the whole request has arrived (REQUEST_TIMEOUT, REQUEST_TOO_LARGE, BAD_REQUEST):
    preHandler: [
      graphs.begin,
      startDeadline,
      ...operation, // OPERATION_NOT_TRUSTED; for an explanation BAD_REQUEST, BAD_USER_INPUT
      graphs.prepare, // RATE_LIMITED (new texts), PLANNING_BUSY
      limits.preHandler, // OPERATION_TOO_DEEP, _TOO_WIDE, _TOO_COSTLY, INPUT_TOO_LARGE, RATE_LIMITED (cost)
      lookups.preHandler, // ONE_LOOKUP_PER_REQUEST, RATE_LIMITED (lookups), LOOKUP_LIMIT, LOOKUPS_UNCONFIRMED
      verifyReference, // ACCESS_REFERENCE_REFUSED, ACCESS_REFERENCE_UNVERIFIED
      audit.preHandler,
    ],
    // Before the answer leaves:
    onSend: [
      limits.onSend,
      graphs.end,
      lookups.onSend,
      stage.breakGlass, // EMERGENCY_REVIEW_DUE, EMERGENCY_UNACCOUNTED
      stage.openings, // OPENINGS_USED_UP, OPENINGS_UNACCOUNTED
      audit.onSend, // LEDGER_UNAVAILABLE
    ],
    onResponse: [audit.onResponse, admission.onResponse],
  });
  const refuseMethod = {
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    onRequest: admission.onRequest,
    handler: () => Promise.reject(failure('METHOD_NOT_ALLOWED')),
    onSend: audit.onSend,
    onResponse: admission.onResponse,
  };
  return { stages, refuseMethod };
}

const ownDigest = (): NumberDigest => numberDigest(randomBytes(32));

const always = () => true;
const never = () => false;

/** Only the governance centre knows cases and meetings; a graph without labels has neither. */
function noGovernanceCenter(labels: Labels): Transport {
  if (labels === 'required')
    throw new Error(
      'The supergraph has labels, but the governance centre, which verifies cases and meetings, has no address.',
    );
  return { send: () => Promise.reject(new AgencyFault('UNREACHABLE')), close: async () => undefined };
}
