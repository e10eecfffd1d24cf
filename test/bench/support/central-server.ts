import fastify from 'fastify';
import { Pool } from 'pg';
import { CENTRAL_OPTIONS, centralRows } from './central-query';
import type { Scenario } from './scenarios';

/** The central copy behind HTTP, without tokens, rules and ledger. */
interface Asked {
  readonly operationName?: Scenario;
  readonly of: string;
  readonly visible: readonly string[];
}

const db = new Pool({ connectionString: process.env.CENTRAL_URL, options: CENTRAL_OPTIONS });
const app = fastify({ logger: false });
app.post<{ Body: Asked }>('/graphql', async ({ body: { operationName, of, visible } }) => ({
  data: operationName === undefined ? null : await centralRows(db, operationName, of, visible),
}));
void app.listen({ host: process.env.HOST ?? '', port: Number(process.env.PORT) });
