import { join } from 'node:path';
import type { Knex } from 'knex';
import { ensureRoleOf, roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { migrate, quoteIdentifier, type SetRights } from '../../shared/db/migrate';
import { checkRole } from '../../shared/db/role-check';

/** The ledger's database: one URL for each role. */
export interface LedgerDatabase {
  /** The role that owns the tables, migrates and archives. Undefined if another process migrates. */
  readonly ownerUrl: string | undefined;
  /** The gateway's role, which appends and reads. */
  readonly writerUrl: string;
  /** The role of access audits, which can only select from the view `exposed.access_entry`. */
  readonly readerUrl: string;
  /** The role of verification, which can only select from the tables. Undefined if there is none. */
  readonly auditorUrl?: string | undefined;
}

export const LEDGER_DATABASE_NAME = 'access_ledger';

const MIGRATIONS = join(__dirname, 'migrations');

/** Migrates the ledger's database to the newest version, and sets its roles' rights. */
export async function prepareLedger({ ownerUrl, writerUrl, readerUrl, auditorUrl }: LedgerDatabase): Promise<void> {
  if (ownerUrl === undefined) return;
  const owner = connect(ownerUrl, { poolSize: 3, statementTimeout: 0 });
  try {
    for (const url of [writerUrl, readerUrl, auditorUrl]) if (url !== undefined) await ensureRoleOf(owner, url);
    const rights = ledgerRights(roleOf(writerUrl), roleOf(readerUrl));
    await migrate(owner, MIGRATIONS, async (db) => {
      await rights(db);
      if (auditorUrl !== undefined) await auditorRights(db, roleOf(auditorUrl));
    });
  } finally {
    await owner.destroy();
  }
}

/**
 * @throws if the writer role cannot use the ledger, or could change entries: the ledger must stay evidence even against
 *   the gateway.
 */
export async function refuseOtherThanWriter(writerUrl: string): Promise<void> {
  const db = connect(writerUrl, { poolSize: 1, statementTimeout: 10_000 });
  try {
    await checkRole(db, {
      database: 'The database of the ledger',
      needs: 'select 1 from ledger.entry, ledger.checkpoint, ledger.archive limit 0',
      tooLittle: 'The ledger has not been migrated, or its writer role cannot use it.',
      excess: EXCESS,
      tooMuch: 'The writer role of the ledger has rights to change or remove entries: refused.',
    });
  } finally {
    await db.destroy();
  }
}

// Private:

/** One row for each right to change or remove entries. */
const EXCESS = `
  select 1 from pg_roles where rolname = current_user and (rolsuper or rolcreaterole or rolreplication)
  union all
  select 1 from pg_database where datname = current_database() and pg_has_role(current_user, datdba, 'member')
  union all
  select 1 from pg_namespace where nspname = 'ledger'
    and (pg_has_role(current_user, nspowner, 'member') or has_schema_privilege(current_user, oid, 'create'))
  union all
  select 1 from pg_class where relnamespace = 'ledger'::regnamespace and relkind in ('r', 'p')
    and (pg_has_role(current_user, relowner, 'member')
      or has_table_privilege(current_user, oid, 'update, delete, truncate, trigger')
      or has_any_column_privilege(current_user, oid, 'update'))`;

/**
 * Keeps a running gateway from adding the table of a month while rights are set: PostgreSQL refuses concurrent updates
 * of one table's catalog entry ("tuple concurrently updated"). Entries can still be added.
 */
const NO_NEW_MONTH = 'lock table ledger.entry in share update exclusive mode;';

function ledgerRights(writerRole: string, readerRole: string): SetRights {
  return async (db: Knex) => {
    const { rows } = await db.raw('select current_database() as name');
    const database = quoteIdentifier(rows[0].name);
    const [writer, reader] = [quoteIdentifier(writerRole), quoteIdentifier(readerRole)];
    await db.raw(
      `${NO_NEW_MONTH}
       revoke all on database ${database} from public, ${writer}, ${reader};
       grant connect on database ${database} to ${writer}, ${reader};
       revoke all on schema public, ledger, exposed from ${writer}, ${reader};
       revoke all on all tables in schema public, ledger, exposed from ${writer}, ${reader};
       revoke all on all functions in schema ledger from public, ${writer}, ${reader};
       grant usage on schema ledger to ${writer};
       grant select, insert on ledger.chain, ledger.entry, ledger.checkpoint to ${writer};
       grant select on ledger.archive, ledger.resumption to ${writer};
       grant execute on function ledger.open_month(timestamptz), ledger.lock_chain(), ledger.add(json),
         ledger.append(bytea, timestamptz, json), ledger.now(), ledger.refuse_future(timestamptz),
         ledger.add_until(json, timestamptz), ledger.latest(timestamptz) to ${writer};
       grant usage on schema exposed to ${reader};
       grant select on exposed.access_entry to ${reader};`,
    );
  };
}

async function auditorRights(db: Knex, role: string): Promise<void> {
  const { rows } = await db.raw('select current_database() as name');
  const [database, auditor] = [quoteIdentifier(rows[0].name), quoteIdentifier(role)];
  await db.raw(
    `${NO_NEW_MONTH}
     revoke all on database ${database} from ${auditor};
     revoke all on schema public, ledger, exposed from ${auditor};
     revoke all on all tables in schema public, ledger, exposed from ${auditor};
     grant connect on database ${database} to ${auditor};
     grant usage on schema ledger to ${auditor};
     grant select on ledger.chain, ledger.entry, ledger.checkpoint, ledger.archive, ledger.resumption to ${auditor};`,
  );
}
