import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ContextSigner } from '../shared/context-token';
import { failure } from '../shared/errors';
import { answerFaults, frameworkErrors } from '../shared/http-faults';
import type { AccessMode } from './access/access-mode';
import { emergencyUses } from './access/emergency-uses';
import { askCentre } from './access/governance-centre';
import { grantResolver } from './access/grants';
import { AgencyFault } from './agencies/agency-fault';
import { type AgencyLimits, DEFAULT_AGENCY_LIMITS } from './agencies/agency-limits';
import { Deadline } from './agencies/deadline';
import { type AgencyObserver, reliableTransport } from './agencies/reliable-transport';
import type { Transport } from './agencies/transport';
import type { Authenticate } from './authenticate';
import { withheldUnlessAccountedFor } from './emergency-accounting';
import type { Labels } from './federation/supergraph';
import type { Graph, GraphTexts } from './graph/graph-texts';
import { ServedGraphs } from './graph/served-graphs';
import type { EngineContext } from './graphql-engine';
import type { AccessLedger } from './ledger/access-ledger';
import { beginningOf } from './ledger/entry-of-request';
import { withheldUnlessRecorded } from './ledger/withheld-unless-recorded';
import { BODY_LIMIT_BYTES, operationLimits } from './limits';
import { statedPurpose } from './purpose';
import { RequestContext } from './request-context';
import { logRequests, newRequestId } from './request-log';

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
  readonly log: Logger;
}

export interface Gateway {
  /** Listens as soon as it is told to, and answers 503 until it is loaded. */
  readonly app: FastifyInstance;
  /** Loads the supergraph, and answers from then on. @throws where it is not one that may be served. */
  load(ledger: AccessLedger): Promise<void>;
  /** Answers by another supergraph and its rules from then on, or refuses them; done once that is settled. */
  offer(texts: GraphTexts): Promise<void>;
  /** Lets the requests under way end, then closes. */
  close(): Promise<void>;
}

/** How long a client may take to send its request. */
const REQUEST_TIMEOUT_MILLISECONDS = 30_000;

/** How long requests under way may take to end, once the gateway closes. */
const DRAIN_MILLISECONDS = 10_000;

/** The way of a request, in order. */
export function createGateway(options: GatewayOptions): Gateway {
  const { accessMode: mode, authenticate, signContext, log } = options;
  const { labels = 'required', agencyLimits = DEFAULT_AGENCY_LIMITS, agencyObserver } = options;
  const transports = new Map(
    [...options.transports].map(([agency, transport]) => [
      agency,
      reliableTransport(agency, transport, agencyLimits, agencyObserver),
    ]),
  );
  const contexts = new WeakMap<FastifyRequest, EngineContext>();
  const contextOf = (request: FastifyRequest): EngineContext => {
    const known = contexts.get(request);
    if (known !== undefined) return known;
    const open = ledger;
    if (request.access === null || open === undefined) throw failure('UNAUTHENTICATED');
    request.context = new RequestContext(request.id, request.access, signContext, request.deadline);
    const context: EngineContext = {
      request: request.context,
      reportCodes: (codes) => {
        request.errorCodes = codes;
      },
      recordBeginning: (children) => open.record({ ...beginningOf(request, rulesOf(request)), children }),
    };
    contexts.set(request, context);
    return context;
  };
  const graphs = new ServedGraphs(options, { mode, labels, transports, log, contextOf });
  const rulesOf = ({ graph }: FastifyRequest) => (graph ?? graphs.current).rules;
  const centre = askCentre(transports.get('governance-center') ?? noCentre(labels), signContext);
  const resolveGrant = grantResolver(centre, log);
  let ledger: AccessLedger | undefined;

  const withinLimits = operationLimits();
  const app = fastify({
    logger: false,
    genReqId: newRequestId,
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    frameworkErrors,
  });
  app.removeContentTypeParser('text/plain');
  logRequests(app, log);
  answerFaults(app);
  const accountedFor = withheldUnlessAccountedFor(emergencyUses(centre, log));
  const recorded = withheldUnlessRecorded({ ledger: () => ledger, rules: rulesOf, log });
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const ready = (await ledger?.ready().then(always, never)) === true;
    return reply.code(ready ? 200 : 503).send({ ready, ...(ledger && graphs.status) });
  });
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: () => Promise.reject(failure('METHOD_NOT_ALLOWED')),
    onSend: recorded.onSend,
  });
  app.post(
    '/graphql',
    {
      onRequest: [
        async () => {
          if (ledger === undefined) throw failure('NOT_READY');
          await ledger.ready();
        },
        async (request) => {
          request.caller = await authenticate(request.headers.authorization);
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
        async ({ body }) => {
          const query = (body as { query?: unknown } | null)?.query;
          const fault = typeof query === 'string' ? withinLimits(query) : undefined;
          if (fault !== undefined) throw fault;
        },
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
      onSend: [graphs.end, accountedFor, recorded.onSend],
      onResponse: recorded.onResponse,
    },
    graphs.answer,
  );

  return {
    app,
    async load(openLedger) {
      await graphs.start();
      ledger = openLedger;
    },
    offer: (texts) => graphs.offer(texts),
    async close() {
      // A client that stalls in the middle of its request must not hold the others up for ever.
      const deadline = setTimeout(() => app.server.closeAllConnections(), DRAIN_MILLISECONDS);
      await app.close();
      clearTimeout(deadline);
      await graphs.close();
      await Promise.all([...transports.values()].map((transport) => transport.close()));
    },
  };
}

const always = () => true;
const never = () => false;

/** Cases and meetings are known to the governance centre alone; a graph without labels has neither. */
function noCentre(labels: Labels): Transport {
  if (labels === 'required')
    throw new Error('There is no address of the governance centre, which knows cases and meetings.');
  return { send: () => Promise.reject(new AgencyFault('UNREACHABLE')), close: async () => undefined };
}
