import { createHash } from 'node:crypto';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Agency } from '../shared/agencies';
import type { ContextSigner } from '../shared/context-token';
import { failure } from '../shared/errors';
import { answerFaults, frameworkErrors } from '../shared/http-faults';
import { type ServedMetrics, serveMetrics } from '../shared/telemetry/serve-metrics';
import { acceptedQueries } from './accepted-queries';
import type { AccessMode } from './access/access-mode';
import { emergencyUses } from './access/emergency-uses';
import { askCentre } from './access/governance-centre';
import { grantResolver } from './access/grants';
import { openingPurposes } from './access/opening-purposes';
import type { GatewayRules } from './access/rule-bundle';
import { accessInResponse, accessPlugin } from './access-in-response';
import type { Authenticate } from './authenticate';
import { withheldUnlessAccountedFor } from './emergency-accounting';
import { federatedEngine } from './federation/federated-engine';
import { filteringGateway } from './federation/filtering-gateway';
import { readSupergraph } from './federation/supergraph';
import type { Transport } from './federation/transport';
import { type EngineContext, graphqlEngine } from './graphql-engine';
import type { AccessLedger } from './ledger/access-ledger';
import { beginningOf } from './ledger/entry-of-request';
import { withheldUnlessRecorded } from './ledger/withheld-unless-recorded';
import { BODY_LIMIT_BYTES, operationLimits } from './limits';
import { statedPurpose } from './purpose';
import { RequestContext } from './request-context';
import { logRequests, newRequestId } from './request-log';
import { observeRequests } from './telemetry/observe-requests';
import { observedLedger } from './telemetry/observed-ledger';
import { countedTransport, tracedTransport } from './telemetry/observed-transport';
import { type GatewayTelemetry, NO_TELEMETRY } from './telemetry/telemetry';

export interface GatewayOptions {
  /** The composed supergraph, labels included. */
  readonly supergraphSdl: string;
  /** All agencies' rules, as compose has gathered them. */
  readonly rules: GatewayRules;
  readonly accessMode: AccessMode;
  readonly transports: ReadonlyMap<Agency, Transport>;
  readonly authenticate: Authenticate;
  readonly signContext: ContextSigner;
  /** Neither counted nor traced where nothing is given. */
  readonly telemetry?: GatewayTelemetry | undefined;
  /** What GET /metrics shows, and to whom; there is none where nothing is given. */
  readonly metrics?: ServedMetrics | undefined;
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
  const { telemetry = NO_TELEMETRY } = options;
  const transports = new Map(
    [...options.transports].map(([agency, transport]) => {
      const traced = tracedTransport(transport, agency, telemetry.tracing);
      return [agency, countedTransport(traced, agency, telemetry.metrics)];
    }),
  );
  const supergraph = readSupergraph(supergraphSdl);
  const { requirements } = supergraph;
  const filtering = filteringGateway(federatedEngine(supergraph, transports, log, telemetry), {
    requirements,
    rules,
    mode,
    use: telemetry.metrics?.caches.filtered,
  });
  const addAccess = accessInResponse(mode, openingPurposes(requirements, rules));
  const accepted = acceptedQueries(filtering.execute, addAccess);
  const engine = graphqlEngine(filtering, [accepted.plugin, accessPlugin(addAccess)]);
  const centre = askCentre(governanceCentre(transports), signContext);
  const resolveGrant = grantResolver(centre, log);
  let ledger: AccessLedger | undefined;
  let execute: ((request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) | undefined;

  telemetry.metrics?.serves(rules.version, hashOf(supergraphSdl));
  telemetry.metrics?.watchReady(() => execute !== undefined && ledger?.figures().up === true);

  const withinLimits = operationLimits(telemetry.metrics?.caches.documents);
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
  observeRequests(app, telemetry);
  answerFaults(app);
  const accountedFor = withheldUnlessAccountedFor(emergencyUses(centre, log));
  const recorded = withheldUnlessRecorded({ ledger: () => ledger, rules: rules.version, log });
  if (options.metrics !== undefined) serveMetrics(app, options.metrics);
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
          const confirmed = await resolveGrant({ ...asked, grant: null }, request.id);
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
      const recording = observedLedger(openLedger, telemetry);
      ledger = recording;
      const contexts = new WeakMap<FastifyRequest, EngineContext>();
      const contextOf = (request: FastifyRequest): EngineContext => {
        const known = contexts.get(request);
        if (known !== undefined) return known;
        if (request.access === null) throw failure('UNAUTHENTICATED');
        request.context = new RequestContext(request.id, request.access, signContext);
        const context: EngineContext = {
          request: request.context,
          reportCodes: (codes) => {
            request.errorCodes = codes;
          },
          recordBeginning: (children) => recording.record({ ...beginningOf(request, rules.version), children }),
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

/** The first half of its SHA-256 in hexadecimal digits, as versions of rules are told. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const always = () => true;
const never = () => false;

function governanceCentre(transports: GatewayOptions['transports']): Transport {
  const transport = transports.get('governance-center');
  if (transport === undefined)
    throw new Error('There is no address of the governance centre, which knows cases and meetings.');
  return transport;
}
