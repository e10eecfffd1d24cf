import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import { type ProvisionedDatabase, provisionDatabase } from '../../../shared/db/agency-database';
import { connect } from '../../../shared/db/connect';
import { migrate } from '../../../shared/db/migrate';
import { type Agency, databaseName } from '../../../shared/domain/agencies';
import type { District } from '../../../shared/synthetic/district';
import { adminUrl } from '../databases';

// Each `<agency>.jsonl` holds an agency's database as the version of 29 November 2026 filled it (commit e43ce23, before duties,
// computed titles, recipients and locations): a line with the migrations that had run, then a line for each row of schema
// `base`. The district is followed by some work of officers: a case with a title of its own, its steps, task and
// changes, a report, confirmed participations and a meeting.

/** The district of the former databases. */
export const FORMER_DISTRICT: District = { seed: 'district', size: 20, today: '2026-11-30' };

interface FormerRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Databases of all agencies as an earlier version left them; a start of the system migrates them. */
export async function restoreFormerDatabases(prefix: string): Promise<ReadonlyMap<Agency, ProvisionedDatabase>> {
  const restored = new Map<Agency, ProvisionedDatabase>();
  for (const { agency, folder } of SUBGRAPHS) {
    const name = `${prefix}_${databaseName(agency)}`;
    const database = await provisionDatabase(adminUrl(), name);
    const { migrations, rows } = await formerRows(agency);
    await migrateTo(database, join(folder, 'migrations'), migrations);
    await insert(name, rows);
    restored.set(agency, database);
  }
  return restored;
}

/** The rows of an agency as the earlier version left them, by table. */
export async function formerTables(agency: Agency): Promise<ReadonlyMap<string, readonly FormerRow['row'][]>> {
  const tables = new Map<string, FormerRow['row'][]>();
  for (const { table, row } of (await formerRows(agency)).rows) {
    tables.set(table, [...(tables.get(table) ?? []), row]);
  }
  return tables;
}

export async function dropFormerDatabases(prefix: string): Promise<void> {
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  try {
    for (const { agency } of SUBGRAPHS) {
      const name = `${prefix}_${databaseName(agency)}`;
      await admin.raw('drop database if exists ?? with (force)', [name]);
      for (const role of ['reader', 'writer', 'owner']) await admin.raw('drop role if exists ??', [`${name}_${role}`]);
    }
  } finally {
    await admin.destroy();
  }
}

// Private:

async function formerRows(agency: Agency) {
  const text = await readFile(join(__dirname, `${agency}.jsonl`), 'utf8');
  const [first, ...rows] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { migrations: first.migrations as readonly string[], rows: rows as readonly FormerRow[] };
}

async function migrateTo({ ownerUrl }: ProvisionedDatabase, folder: string, migrations: readonly string[]) {
  const former = await mkdtemp(join(tmpdir(), 'former-migrations-'));
  const owner = connect(ownerUrl, { poolSize: 2, statementTimeout: 0 });
  try {
    for (const file of migrations) await symlink(join(folder, file), join(former, file));
    await migrate(owner, former, async () => {});
  } finally {
    await owner.destroy();
    await rm(former, { recursive: true });
  }
}

/** Inserts the rows as they were, without triggers. */
async function insert(name: string, rows: readonly FormerRow[]): Promise<void> {
  const url = Object.assign(new URL(adminUrl()), { pathname: `/${name}` }).toString();
  const db = connect(url, { poolSize: 1, statementTimeout: 0 });
  try {
    await db.transaction(async (transaction) => {
      await transaction.raw('set local session_replication_role = replica');
      for (const table of new Set(rows.map((one) => one.table))) {
        const { columns, generated } = await columnsOf(transaction, table);
        const some = rows.filter((one) => one.table === table).map(({ row }) => row);
        await transaction.raw(`delete from base.${table}`);
        await transaction.raw(
          `insert into base.${table} (${columns}) overriding system value
           select ${columns} from jsonb_populate_recordset(null::base.${table}, ?::jsonb)`,
          [JSON.stringify(some)],
        );
        for (const column of generated) {
          await transaction.raw(
            `select setval(pg_get_serial_sequence('base.${table}', ?), (select max(${column}) from base.${table}))`,
            [column],
          );
        }
      }
    });
  } finally {
    await db.destroy();
  }
}

/** The columns that can be written, and those that a sequence numbers. */
async function columnsOf(db: Knex, table: string) {
  const { rows } = await db.raw(
    `select column_name, is_identity = 'YES' or column_default like 'nextval%' as numbered from information_schema.columns
     where table_schema = 'base' and table_name = ? and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  const columns = rows.map(({ column_name }: { column_name: string }) => `"${column_name}"`).join(', ');
  const generated: string[] = rows.flatMap((one: { column_name: string; numbered: boolean | null }) =>
    one.numbered ? [one.column_name] : [],
  );
  return { columns, generated };
}
