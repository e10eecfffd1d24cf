import fastify, { type FastifyInstance } from 'fastify';
import type { Knex } from 'knex';
import { errorBody, failure } from './errors';
import { answerFaults } from './http-faults';
import type { Subgraph } from './subgraph';

/** Room for the representations of a few hundred children. */
const BODY_LIMIT_BYTES = 1024 * 1024;

/** What a subgraph's HTTP server needs; `subgraph` is undefined until migrations are done. */
export interface SubgraphServerState {
  readonly subgraph: Subgraph | undefined;
  readonly db: Knex | undefined;
}

/** POST /graphql, GET /health and GET /ready of one agency. */
export function subgraphServer(state: () => SubgraphServerState): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: 'idle' });
  answerFaults(app);
  app.post('/graphql', async (request, reply) => {
    const { subgraph } = state();
    if (subgraph === undefined) return reply.code(503).send(errorBody(failure('NOT_READY')));
    const { status, body } = await subgraph.handle({
      authorization: request.headers.authorization,
      body: request.body,
    });
    return reply.code(status).send(body);
  });
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const ready = await databaseAnswers(state().db);
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  return app;
}

async function databaseAnswers(db: Knex | undefined): Promise<boolean> {
  try {
    await db?.raw('select 1');
    return db !== undefined;
  } catch {
    return false;
  }
}
