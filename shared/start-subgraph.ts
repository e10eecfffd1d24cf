import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { Agency } from './agencies';
import type { ChildIds } from './child-id';
import type { ContextVerifier } from './context-token';
import { type AgencyDatabase, ensureReader, roleOf } from './db/agency-database';
import { connect } from './db/connect';
import { migrate } from './db/migrate';
import { createSubgraph, type Subgraph } from './subgraph';
import type { AnySubgraphDefinition } from './subgraph-definition';
import { seedAgency } from './synthetic/agency-seed';
import type { District } from './synthetic/district';

export interface StartSubgraphOptions {
  readonly definition: AnySubgraphDefinition;
  readonly database: AgencyDatabase;
  /** Fills an empty database with synthetic people; undefined where real data is kept. */
  readonly district: District | undefined;
  readonly childIds: ChildIds;
  readonly verifyContext: ContextVerifier;
  readonly log: Logger;
  readonly onProgress?: (written: number) => void;
}

export interface RunningSubgraph {
  readonly subgraph: Subgraph;
  /** On the reader role. */
  readonly db: Knex;
  close(): Promise<void>;
}

const READER_POOL = 10;
const READER_STATEMENT_TIMEOUT_MILLISECONDS = 10_000;

/** Migrates, seeds where asked to, and opens the agency's endpoint on the reader role. */
export async function startSubgraph(options: StartSubgraphOptions): Promise<RunningSubgraph> {
  const { definition, database, district, childIds, verifyContext, log, onProgress } = options;
  const db = connect(database.readerUrl, {
    poolSize: READER_POOL,
    statementTimeout: READER_STATEMENT_TIMEOUT_MILLISECONDS,
  });
  try {
    // What is wrong with schema or rules is told before anything is migrated or filled.
    const subgraph = createSubgraph({ definition, db, childIds, verifyContext, log });
    if (database.ownerUrl !== undefined) await prepare(definition, database.ownerUrl, database.readerUrl);
    if (database.ownerUrl !== undefined && district !== undefined) {
      await seedAgency(definition.seed, {
        ownerUrl: database.ownerUrl,
        district,
        childIds,
        ...(onProgress && { onProgress }),
      });
    }
    await refuseOtherThanReader(db, definition.agency);
    return { subgraph, db, close: () => db.destroy() };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** @throws where the role reads less than the views, or more than them: then sealed rows would be a query away. */
async function refuseOtherThanReader(db: Knex, agency: Agency): Promise<void> {
  const readable = await db.raw('select child_id from exposed.child limit 0').catch(() => undefined);
  if (readable === undefined) {
    throw new Error(`The database of ${agency} is not migrated, or its reader role cannot read it.`);
  }
  const { rows } = await db.raw(
    `select 1 from pg_roles where rolname = current_user and rolsuper
     union all
     select 1 from pg_class where relnamespace = to_regnamespace('base') and relkind = 'r'
       and has_table_privilege(current_user, oid, 'select, insert, update, delete, truncate')`,
  );
  if (rows.length > 0) throw new Error(`The reader role of ${agency} has rights on base tables: refused.`);
}

async function prepare(definition: AnySubgraphDefinition, ownerUrl: string, readerUrl: string): Promise<void> {
  const owner = connect(ownerUrl, { poolSize: 3, statementTimeout: 0 });
  try {
    await ensureReader(owner, readerUrl);
    await migrate(owner, join(definition.folder, 'migrations'), roleOf(readerUrl));
  } finally {
    await owner.destroy();
  }
}
