import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { type AgencyDatabase, provision } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import education from '../../subgraphs/education';
import { adminUrl } from '../support/databases';
import { startLine } from '../support/process';

const NAME = `education_at_once_${process.pid}`;
const MIGRATIONS = readdirSync(join(education.folder, 'migrations'))
  .filter((name) => name.endsWith('.sql'))
  .sort();

let database: AgencyDatabase;
let admin: Knex;
let owner: Knex;

beforeAll(async () => {
  database = await provision(adminUrl(), 'education', NAME);
  admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  owner = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
});
afterAll(async () => {
  await owner.destroy();
  await admin.raw('drop database ?? with (force)', [NAME]);
  for (const role of [`${NAME}_reader`, `${NAME}_owner`]) await admin.raw('drop role if exists ??', [role]);
  await admin.destroy();
});

/** Starts the subgraph in this many processes simultaneously. @returns their results. */
async function startAtOnce(processes: number) {
  const variables = { DATABASE: JSON.stringify(database) };
  const started = Array.from({ length: processes }, () =>
    startLine('exec node --import tsx test/support/start-subgraph-when-told.ts', variables),
  );
  await Promise.all(started.map(({ shows }) => shows(/loaded/)));
  for (const { child } of started) child.stdin?.write('go\n');
  return Promise.all(started.map(({ ended }) => ended));
}

async function expectDataOnce(): Promise<void> {
  const { rows } = await owner.raw(
    `select (select count(*)::int from base.district) as districts, (select count(*)::int from base.child) as children,
       (select array_agg(name::text order by id) from public.migration) as migrations`,
  );
  expect(rows).toEqual([{ districts: 1, children: 3_000, migrations: MIGRATIONS }]);
}

const succeeded = { code: 0, stdout: 'loaded\n', stderr: '' };

test('three processes that migrate and fill an empty database simultaneously all succeed, and the data exists once', async () => {
  expect(await startAtOnce(3)).toEqual([succeeded, succeeded, succeeded]);
  await expectDataOnce();
});

test('a process killed between migration and unlock does not block the next', async () => {
  await owner('migration_lock').update({ is_locked: 1 });
  expect(await startAtOnce(1)).toEqual([succeeded]);
  await expectDataOnce();
  expect(await owner('migration_lock').select('is_locked')).toEqual([{ is_locked: 0 }]);
});
