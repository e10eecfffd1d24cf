import { join } from 'node:path';
import type { Knex } from 'knex';
import { ensureRoleOf, type ProvisionedDatabase, provisionDatabase, roleOf } from '../../../shared/db/agency-database';
import { connect } from '../../../shared/db/connect';
import { migrate } from '../../../shared/db/migrate';
import { subgraphRights } from '../../../shared/subgraph/rows/subgraph-rights';
import centre from '../../../subgraphs/governance-center';
import type { Examples } from '../../support/list-plans';
import { type CountySize, fillCounty } from './county';

/** A governance centre's database with a county in it. */
export interface CountyCenter {
  readonly database: ProvisionedDatabase;
  /** With one connection. */
  readonly owner: Knex;
  /** The pool of a subgraph. */
  readonly db: Knex;
  readonly lists: Knex;
  readonly examples: Examples;
  close(): Promise<void>;
}

/** @param adminUrl a superuser's. @param name of the database, which is filled if it is empty. */
export async function countyCenter(
  adminUrl: string,
  name: string,
  size: CountySize,
  today: string,
): Promise<CountyCenter> {
  const database = await provisionDatabase(adminUrl, name);
  const { ownerUrl, readerUrl, writerUrl } = database;
  const migrator = connect(ownerUrl, { poolSize: 3, statementTimeout: 0 });
  for (const url of [readerUrl, writerUrl]) await ensureRoleOf(migrator, url);
  const rights = subgraphRights({ reader: roleOf(readerUrl), writer: roleOf(writerUrl) });
  await migrate(migrator, join(centre.folder, 'migrations'), rights);
  await migrator.destroy();

  const owner = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  const filled = await owner('base.child').first('child_id');
  if (filled === undefined) await fillCounty(owner, size, today);
  const ids = async (table: string, column: string): Promise<string[]> =>
    owner(`base.${table}`).orderBy(column).limit(20).pluck(column);
  const db = connect(readerUrl, { poolSize: 2, statementTimeout: 0 });
  const lists = connect(readerUrl, { poolSize: 2, statementTimeout: 0, byIndex: true });
  return {
    database,
    owner,
    db,
    lists,
    examples: {
      cases: await ids('case_file', 'case_id'),
      meetings: await ids('joint_meeting', 'meeting_id'),
      children: await ids('child', 'child_id'),
      instant: `${today}T09:00:00+08:00`,
    },
    close: async () => {
      await Promise.all([owner.destroy(), db.destroy(), lists.destroy()]);
    },
  };
}
