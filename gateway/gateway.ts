import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isAgency } from '../shared/agencies';
import type { ContextSigner } from '../shared/context-token';
import { failure } from '../shared/errors';
import { answerFaults, frameworkErrors } from '../shared/http-faults';
import { acceptedQueries } from './accepted-queries';
import type { AccessMode } from './access/access-mode';
import { emergencyUses } from './access/emergency-uses';
import { askCentre } from './access/governance-centre';
import { grantResolver } from './access/grants';
import { openingPurposes } from './access/opening-purposes';
import type { GatewayRules } from './access/rule-bundle';
import { accessInResponse, accessPlugin } from './access-in-response';
import { AgencyDataSource } from './agencies/agency-data-source';
import { AgencyFault } from './agencies/agency-fault';
import { type AgencyLimits, DEFAULT_AGENCY_LIMITS } from './agencies/agency-limits';
import { Deadline } from './agencies/deadline';
import { type AgencyObserver, reliableTransport } from './agencies/reliable-transport';
import type { Transport } from './agencies/transport';
import type { Authenticate } from './authenticate';
import { withheldUnlessAccountedFor } from './emergency-accounting';
import { federatedEngine } from './federation/federated-engine';
import { filteringGateway } from './federation/filtering-gateway';
import { openSource } from './federation/open-source';
import { type Labels, readSupergraph } from './federation/supergraph';
import { type EngineContext, graphqlEngine } from './graphql-engine';
import type { AccessLedger } from './ledger/access-ledger';
import { beginningOf } from './ledger/entry-of-request';
import { withheldUnlessRecorded } from './ledger/withheld-unless-recorded';
import { BODY_LIMIT_BYTES, operationLimits } from './limits';
import { statedPurpose } from './purpose';
import { RequestContext } from './request-context';
import { logRequests, newRequestId } from './request-log';

export interface GatewayOptions {
  /** The composed supergraph, labels included. */
  readonly supergraphSdl: string;
  /**
   * `none` for a graph that holds nothing about anyone and has no agencies, such as those of the public suites that
   * federation gateways are tested with; `required` unless told otherwise.
   */
  readonly labels?: Labels;
  /** All agencies' rules, as compose has gathered them. */
  readonly rules: GatewayRules;
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
  /** Lets the requests under way end, then closes. */
  close(): Promise<void>;
}

/** How long a client may take to send its request. */
const REQUEST_TIMEOUT_MILLISECONDS = 30_000;

/** How long requests under way may take to end, once the gateway closes. */
const DRAIN_MILLISECONDS = 10_000;

/** The way of a request, in order. */
export function createGateway(options: GatewayOptions): Gateway {
  const { supergraphSdl, rules, accessMode: mode, authenticate, signContext, log } = options;
  const { labels = 'required', agencyLimits = DEFAULT_AGENCY_LIMITS, agencyObserver } = options;
  const transports = new Map(
    [...options.transports].map(([agency, transport]) => [
      agency,
      reliableTransport(agency, transport, agencyLimits, agencyObserver),
    ]),
  );
  const supergraph = readSupergraph(supergraphSdl, labels);
  const { requirements } = supergraph;
  const sourceOf = (name: string) => {
    const transport = transports.get(name);
    if (transport !== undefined && labels === 'none') return openSource(name, transport);
    if (transport === undefined || !isAgency(name))
      throw new Error(`The supergraph names an agency without an address: ${name}.`);
    return new AgencyDataSource({ agency: name, transport, supergraph, log });
  };
  const filtering = filteringGateway(federatedEngine(supergraph, sourceOf), { requirements, rules, mode });
  const addAccess = accessInResponse(mode, openingPurposes(requirements, rules));
  const accepted = acceptedQueries(filtering.execute, addAccess);
  const engine = graphqlEngine(filtering, [accepted.plugin, accessPlugin(addAccess)]);
  const centre = askCentre(transports.get('governance-center') ?? noCentre(labels), signContext);
  const resolveGrant = grantResolver(centre, log);
  let ledger: AccessLedger | undefined;
  let execute: ((request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) | undefined;

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
  const recorded = withheldUnlessRecorded({ ledger: () => ledger, rules: rules.version, log });
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const ready = execute !== undefined && (await ledger?.ready().then(always, never)) === true;
    return reply.code(ready ? 200 : 503).send({ ready });
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
          if (execute === undefined || ledger === undefined) throw failure('NOT_READY');
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
      onSend: [accountedFor, recorded.onSend],
      onResponse: recorded.onResponse,
    },
    (request, reply) => execute?.(request, reply),
  );

  return {
    app,
    async load(openLedger) {
      await engine.start();
      ledger = openLedger;
      const contexts = new WeakMap<FastifyRequest, EngineContext>();
      const contextOf = (request: FastifyRequest): EngineContext => {
        const known = contexts.get(request);
        if (known !== undefined) return known;
        if (request.access === null) throw failure('UNAUTHENTICATED');
        request.context = new RequestContext(request.id, request.access, signContext, request.deadline);
        const context: EngineContext = {
          request: request.context,
          reportCodes: (codes) => {
            request.errorCodes = codes;
          },
          recordBeginning: (children) => openLedger.record({ ...beginningOf(request, rules.version), children }),
        };
        contexts.set(request, context);
        return context;
      };
      const apollo = fastifyApolloHandler(engine, { context: async (request) => contextOf(request) });
      execute = async (request, reply) =>
        (await accepted.answer(request, reply, contextOf)) ?? apollo.call(app, request, reply);
    },
    async close() {
      // A client that stalls in the middle of its request must not hold the others up for ever.
      const deadline = setTimeout(() => app.server.closeAllConnections(), DRAIN_MILLISECONDS);
      await app.close();
      clearTimeout(deadline);
      if (execute !== undefined) await engine.stop(); // an engine that never started refuses to stop
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
