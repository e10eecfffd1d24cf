import type { Knex } from 'knex';
import { Counter, Gauge, type Histogram, type Registry } from 'prom-client';
import type { Agency } from '../domain/agencies';
import type { DerivationObserver } from '../subgraph/counted-child-ids';
import { durations } from './durations';
import type { SqlOperation } from './statement';

/** The role of an agency's connection pool. */
export type PoolRole = 'reader' | 'writer' | 'lists' | 'ledger';

/** Metrics of agencies: answers and SQL statements, with labels from closed sets. */
export class SubgraphMetrics implements DerivationObserver {
  private readonly requests: Histogram<'agency' | 'status'>;
  private readonly statements: Histogram<'agency' | 'operation' | 'outcome'>;
  private readonly childIds: Counter<'agency'>;
  private readonly bulkMinutes: Counter<'agency'>;
  private readonly pools: { readonly agency: Agency; readonly role: PoolRole; readonly db: Knex }[] = [];

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = durations(
      registry,
      'subgraph_request_duration_seconds',
      'How long an agency took to answer the gateway, by HTTP status.',
      ['agency', 'status'],
    );
    this.statements = durations(
      registry,
      'subgraph_sql_duration_seconds',
      'How long SQL statements took, by operation and whether they failed.',
      ['agency', 'operation', 'outcome'],
    );
    this.childIds = new Counter({
      name: 'subgraph_child_ids_derived_total',
      help: 'Pseudonyms that were derived from ID numbers for requests.',
      labelNames: ['agency'],
      registers,
    });
    this.bulkMinutes = new Counter({
      name: 'subgraph_child_ids_bulk_minutes_total',
      help: 'Minutes in which more pseudonyms were derived than CHILD_ID_DERIVATIONS_PER_MINUTE.',
      labelNames: ['agency'],
      registers,
    });
    const { pools } = this;
    new Gauge({
      name: 'subgraph_database_connections',
      help: 'Used and free connections to the database, and requests that wait for one, by role.',
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

  onChildIdDerived(agency: Agency): void {
    this.childIds.inc({ agency });
  }

  onChildIdsInBulk(agency: Agency): void {
    this.bulkMinutes.inc({ agency });
  }

  watchPool(agency: Agency, role: PoolRole, db: Knex): void {
    this.pools.push({ agency, role, db });
    // The counter must exist before its first alarm, or the alarm would not show as an increase.
    this.bulkMinutes.inc({ agency }, 0);
  }
}
