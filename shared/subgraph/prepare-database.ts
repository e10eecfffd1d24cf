import { join } from 'node:path';
import { type AgencyDatabase, ensureRoleOf, roleOf } from '../db/agency-database';
import { connect } from '../db/connect';
import { migrate } from '../db/migrate';
import type { ChildIds } from '../domain/child-id';
import { seedAgency } from '../synthetic/agency-seed';
import type { District } from '../synthetic/district';
import { takeFingerprint } from './child-id-fingerprint';
import { subgraphRights } from './rows/subgraph-rights';
import type { AnySubgraphDefinition } from './subgraph-definition';

export interface PrepareDatabaseOptions {
  readonly definition: AnySubgraphDefinition;
  readonly database: AgencyDatabase & { readonly ownerUrl: string };
  /** Synthetic people for an empty database; undefined for real data. */
  readonly district: District | undefined;
  readonly childIds: ChildIds;
  readonly onProgress?: ((written: number) => void) | undefined;
}

/**
 * Does everything that needs the owner of an agency's tables: creates the subgraph's roles, migrates the database,
 * compares the key of its pseudonyms, and seeds it if requested. Any number of processes may do so at the same time.
 *
 * @throws {OtherChildIdKey}
 */
export async function prepareDatabase(options: PrepareDatabaseOptions): Promise<void> {
  const { definition, database, district, childIds, onProgress } = options;
  const { ownerUrl, readerUrl, writerUrl } = database;
  const writer = 'Mutation' in definition.resolvers ? writerUrl : undefined;
  const owner = connect(ownerUrl, { poolSize: 3, statementTimeout: 0 });
  try {
    await ensureRoleOf(owner, readerUrl);
    if (writer !== undefined) await ensureRoleOf(owner, writer);
    const rights = subgraphRights({ reader: roleOf(readerUrl), writer: writer && roleOf(writer) });
    await migrate(owner, join(definition.folder, 'migrations'), rights);
    await takeFingerprint(owner, childIds);
  } finally {
    await owner.destroy();
  }
  if (district !== undefined) {
    await seedAgency(definition.seed, { ownerUrl, district, childIds, ...(onProgress && { onProgress }) });
  }
}
