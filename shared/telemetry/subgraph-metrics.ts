import type { Knex } from 'knex';
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Agency } from '../agencies';
import type { SqlOperation } from './statement';

/** Seconds: from what a cache answers to where a request gives up. */
export const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** As whom an agency's pool of connections works. */
export type PoolRole = 'reader' | 'writer' | 'ledger';

/** What agencies count: their answers and their SQL, by names from closed sets. */
export class SubgraphMetrics {
  private readonly requests: Histogram<'agency' | 'status'>;
  private readonly statements: Histogram<'agency' | 'operation' | 'outcome'>;
  private readonly pools: { readonly agency: Agency; readonly role: PoolRole; readonly db: Knex }[] = [];

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Histogram({
      name: 'subgraph_request_duration_seconds',
      help: 'How long an agency took to answer the gateway, by HTTP status.',
      labelNames: ['agency', 'status'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.statements = new Histogram({
      name: 'subgraph_sql_duration_seconds',
      help: 'How long SQL statements took, by what they do and whether they failed.',
      labelNames: ['agency', 'operation', 'outcome'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    const { pools } = this;
    new Gauge({
      name: 'subgraph_database_connections',
      help: 'Connections to the database that are used or free, and work that waits for one, by role.',
      labelNames: ['agency', 'role', 'state'],
      registers,
      collect() {
        for (const { agency, role, db } of pools) {
          const { pool } = db.client;
          this.set({ agency, role, state: 'used' }, pool?.numUsed() ?? 0);
          this.set({ agency, role, state: 'free' }, pool?.numFree() ?? 0);
          this.set({ agency, role, state: 'waiting' }, pool?.numPendingAcquires() ?? 0);
        }
      },
    });
  }

  onAnswer(agency: Agency, status: number, seconds: number): void {
    this.requests.observe({ agency, status }, seconds);
  }

  onStatement(agency: Agency, operation: SqlOperation, outcome: 'ok' | 'failed', seconds: number): void {
    this.statements.observe({ agency, operation, outcome }, seconds);
  }

  watchPool(agency: Agency, role: PoolRole, db: Knex): void {
    this.pools.push({ agency, role, db });
  }
}
