import type { Knex } from 'knex';
import type { Agency } from '../domain/agencies';
import { type SqlOperation, statementOf } from './statement';
import type { PoolRole } from './subgraph-metrics';
import type { SubgraphTelemetry } from './subgraph-telemetry';
import type { OpenSpan } from './tracing';

export interface ObservedDatabase {
  readonly db: Knex;
  readonly agency: Agency;
  readonly role: PoolRole;
}

/** A statement as knex reports it. Also contains the bound values, which are not read here. */
interface Query {
  readonly __knexQueryUid?: string;
  readonly sql: string;
}

interface Running {
  readonly since: number;
  readonly operation: SqlOperation;
  readonly span: OpenSpan | undefined;
}

/** Counts and traces the statements of one pool of connections. */
export function observeSql({ db, agency, role }: ObservedDatabase, { metrics, tracing }: SubgraphTelemetry): void {
  metrics?.watchPool(agency, role, db);
  if (metrics === undefined && tracing === undefined) return;
  const running = new Map<string, Running>();
  const ended = ({ __knexQueryUid: id = '' }: Query, failed: boolean): void => {
    const query = running.get(id);
    if (query === undefined) return;
    running.delete(id);
    const seconds = (performance.now() - query.since) / 1_000;
    metrics?.onStatement(agency, query.operation, failed ? 'failed' : 'ok', seconds);
    query.span?.end({ failed });
  };
  db.on('query', ({ __knexQueryUid: id, sql }: Query) => {
    if (id === undefined) return;
    const { operation, table } = statementOf(sql);
    const span = tracing?.begin({
      name: table === undefined ? operation : `${operation} ${table}`,
      kind: 'client',
      attributes: {
        'db.system.name': 'postgresql',
        'db.operation.name': operation,
        ...(table && { 'db.collection.name': table }),
      },
    });
    running.set(id, { since: performance.now(), operation, span });
  });
  db.on('query-response', (_response: unknown, query: Query) => ended(query, false));
  db.on('query-error', (_error: unknown, query: Query) => ended(query, true));
}
