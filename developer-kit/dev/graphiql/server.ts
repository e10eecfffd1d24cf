import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import type { GraphStatus } from '../../../gateway/graph/graph-manager';
import type { Agency } from '../../../shared/domain/agencies';
import type { AgencyState } from '../process/developed-agency';
import { choices } from './choices';
import { pageFiles, readPageFile } from './files';
import { askGateway, introspect, tokenOf } from './gateway-client';
import { answerLocalPagesOnly } from './local-only';
import { setSecurityHeaders } from './security-headers';

export interface GraphiqlOptions {
  readonly agency: Agency;
  readonly port: number;
  readonly gatewayUrl: string;
  /** The embedded system's, with its identity provider's key. */
  readonly dataDirectory: string;
  readonly supergraphFile: string;
  readonly status: () => AgencyState;
  /** Faults of composition; empty if there are none. */
  readonly faults: () => readonly string[];
  readonly graphStatus: () => Promise<Partial<GraphStatus>>;
}

export interface Graphiql {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves GraphiQL on a port of the loopback interface: creates tokens of demo callers, and forwards their requests to the
 * gateway. Exists only in `npm run dev`.
 */
export async function startGraphiql(options: GraphiqlOptions): Promise<Graphiql> {
  const { agency, gatewayUrl, dataDirectory, supergraphFile, status, faults, graphStatus } = options;
  const app = fastify({ logger: false, forceCloseConnections: true });
  const port = () => (app.server.address() as AddressInfo).port;
  setSecurityHeaders(app);
  answerLocalPagesOnly(app, port);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  for (const [path, file] of pageFiles()) {
    const text = readPageFile(file);
    app.get(path, async (_request, reply) => reply.type(file.type).send(text));
  }
  app.get('/choices', async () => choices(readFileSync(supergraphFile, 'utf8')));
  app.get('/status', async () => ({
    agency,
    ...status(),
    faults: faults(),
    graph: await graphStatus().catch(() => undefined),
  }));
  app.get('/schema', async (_request, reply) => {
    const { status: code, body } = await introspect(gatewayUrl, dataDirectory);
    return reply.code(code).type(JSON_TYPE).send(body);
  });
  app.post('/token', async ({ body }, reply) => {
    const token = await tokenOf(callerIn(body), dataDirectory);
    return token === undefined ? reply.code(400).send({ message: 'No demo caller has that name.' }) : { token };
  });
  app.post('/graphql', async ({ headers, body }, reply) => {
    const answer = await askGateway(gatewayUrl, headers, String(body));
    return reply.code(answer.status).type(JSON_TYPE).send(answer.body);
  });
  await app.listen({ host: '127.0.0.1', port: options.port });
  return { url: `http://127.0.0.1:${port()}`, close: () => app.close() };
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** `{"caller": "town-case-worker"}` */
function callerIn(body: unknown): unknown {
  try {
    return (JSON.parse(String(body)) as { readonly caller?: unknown }).caller;
  } catch {
    return undefined;
  }
}
