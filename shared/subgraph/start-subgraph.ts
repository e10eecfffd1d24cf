import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { DEFAULT_DERIVATIONS_PER_MINUTE } from '../config/child-id-key-setting';
import { Environment } from '../config/environment';
import type { AgencyDatabase } from '../db/agency-database';
import { connect } from '../db/connect';
import { checkRole } from '../db/role-check';
import { type Agency, enumName } from '../domain/agencies';
import type { ChildIds } from '../domain/child-id';
import { type Clock, systemClock } from '../domain/clock';
import type { ContextVerifier } from '../protocol/context-token';
import type { Subgraph } from '../protocol/subgraph-exchange';
import type { District } from '../synthetic/district';
import { observeSql } from '../telemetry/observe-sql';
import { observedSubgraph } from '../telemetry/observed-subgraph';
import type { PoolRole } from '../telemetry/subgraph-metrics';
import type { SubgraphTelemetry } from '../telemetry/subgraph-telemetry';
import { confirmFingerprint } from './child-id-fingerprint';
import { countedChildIds } from './counted-child-ids';
import { prepareDatabase } from './prepare-database';
import { connectLedgerReader, refuseOtherThanLedgerReader } from './rows/ledger-reader';
import { createSubgraph } from './subgraph';
import type { AnySubgraphDefinition } from './subgraph-definition';

export interface StartSubgraphOptions {
  readonly definition: AnySubgraphDefinition;
  readonly database: AgencyDatabase;
  /** URL of the access ledger's reader role; required for an agency that shows it. */
  readonly ledgerUrl?: string | undefined;
  /** Synthetic people for an empty database; undefined for real data. */
  readonly district: District | undefined;
  readonly childIds: ChildIds;
  /** Number of pseudonyms per minute above which an alarm is raised. */
  readonly derivationsPerMinute?: number | undefined;
  readonly verifyContext: ContextVerifier;
  /** Connections for lists and reports. */
  readonly listConnections?: number | undefined;
  /** The agency's own settings; its defaults if undefined. */
  readonly settings?: unknown;
  readonly clock?: Clock | undefined;
  /** Metrics and traces; undefined for none. */
  readonly telemetry?: SubgraphTelemetry | undefined;
  readonly log: Logger;
  readonly onProgress?: (written: number) => void;
}

export interface RunningSubgraph {
  readonly subgraph: Subgraph;
  /** On the reader role. */
  readonly db: Knex;
  /** On the writer role, for an agency with mutations. */
  readonly work: Knex | undefined;
  /** On the reader role, for lists and reports. */
  readonly lists: Knex;
  close(): Promise<void>;
}

const READER_POOL = 10;
const WRITER_POOL = 5;
/** Few, so that lists and reports wait for each other and do not delay records. */
export const LIST_POOL = 4;
const STATEMENT_TIMEOUT_MILLISECONDS = 10_000;

/**
 * Migrates and seeds the database if requested, opens the agency's endpoint on its two roles, and starts its background
 * work.
 */
export async function startSubgraph(options: StartSubgraphOptions): Promise<RunningSubgraph> {
  const { definition, database, district, childIds, verifyContext, log, onProgress } = options;
  const { ledgerUrl, clock = systemClock, listConnections = LIST_POOL, telemetry } = options;
  const ledger = ledgerOf(definition, ledgerUrl);
  const db = connect(database.readerUrl, { poolSize: READER_POOL, statementTimeout: STATEMENT_TIMEOUT_MILLISECONDS });
  const work = writerOf(definition, database);
  const lists = connect(database.readerUrl, {
    poolSize: listConnections,
    statementTimeout: STATEMENT_TIMEOUT_MILLISECONDS,
    byIndex: true,
  });
  const close = async () => {
    await Promise.all([db.destroy(), work?.destroy(), lists.destroy(), ledger?.destroy()]);
  };
  try {
    const settings = options.settings ?? definition.settings?.(new Environment({}));
    // Faults of schema or rules are reported before anything is migrated or filled.
    const counted = countedChildIds(childIds, {
      agency: definition.agency,
      perMinute: options.derivationsPerMinute ?? DEFAULT_DERIVATIONS_PER_MINUTE,
      observer: telemetry?.metrics,
      log,
    });
    const subgraph = createSubgraph({
      definition,
      db,
      work,
      lists,
      ledger,
      settings,
      childIds: counted,
      verifyContext,
      clock,
      log,
    });
    if (database.ownerUrl !== undefined) {
      const { ownerUrl } = database;
      await prepareDatabase({ definition, database: { ...database, ownerUrl }, district, childIds, onProgress });
    }
    await refuseOtherThan('reader', db, definition.agency);
    await confirmFingerprint(db, definition.agency, childIds);
    if (work !== undefined) await refuseOtherThan('writer', work, definition.agency);
    if (ledger !== undefined) await refuseOtherThanLedgerReader(ledger);
    if (telemetry !== undefined) {
      for (const [role, pool] of Object.entries({ reader: db, writer: work, lists, ledger })) {
        if (pool !== undefined) observeSql({ db: pool, agency: definition.agency, role: role as PoolRole }, telemetry);
      }
    }
    const background = work && definition.background?.({ work, settings, clock, log });
    return {
      subgraph: telemetry === undefined ? subgraph : observedSubgraph(subgraph, definition.agency, telemetry),
      db,
      work,
      lists,
      async close() {
        await background?.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Agencies without mutations have no writer. */
function writerOf({ agency, resolvers }: AnySubgraphDefinition, { writerUrl }: AgencyDatabase): Knex | undefined {
  if (!('Mutation' in resolvers)) return undefined;
  if (writerUrl === undefined) {
    throw new Error(`WRITER_DATABASE_URL_${enumName(agency)} is not set: ${agency} has mutations.`);
  }
  return connect(writerUrl, { poolSize: WRITER_POOL, statementTimeout: STATEMENT_TIMEOUT_MILLISECONDS });
}

function ledgerOf({ agency, showsLedger }: AnySubgraphDefinition, ledgerUrl: string | undefined): Knex | undefined {
  if (!showsLedger) return undefined;
  if (ledgerUrl === undefined) throw new Error(`LEDGER_READER_DATABASE_URL is not set: ${agency} shows the ledger.`);
  return connectLedgerReader(ledgerUrl);
}

/** For each role, a relation that every migrated database of an agency has in the schema the role works with. */
const MARKS = {
  reader: { present: 'exposed.child', can: 'read' },
  writer: { present: 'work.mutation_key', can: 'use' },
} as const;

/** @throws if the role cannot use its views, or has rights on tables, whose sealed rows it could then query. */
function refuseOtherThan(role: keyof typeof MARKS, db: Knex, agency: Agency): Promise<void> {
  const { present, can } = MARKS[role];
  return checkRole(db, {
    database: `The database of ${agency}`,
    needs: `select * from ${present} limit 0`,
    tooLittle: `The database of ${agency} has not been migrated, or its ${role} role cannot ${can} it.`,
    excess: `
      select 1 from pg_roles where rolname = current_user and rolsuper
      union all
      select 1 from pg_class where relnamespace = to_regnamespace('base') and relkind = 'r'
        and has_table_privilege(current_user, oid, 'select, insert, update, delete, truncate')`,
    tooMuch: `The ${role} role of ${agency} has rights on base tables: refused.`,
  });
}
