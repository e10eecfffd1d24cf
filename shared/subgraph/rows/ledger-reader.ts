import type { Knex } from 'knex';
import { connect } from '../../db/connect';

const POOL = 5;
const STATEMENT_TIMEOUT_MILLISECONDS = 10_000;

/** The access ledger, on the role that accesses are audited as. Connections open on first use. */
export function connectLedgerReader(url: string): Knex {
  return connect(url, { poolSize: POOL, statementTimeout: STATEMENT_TIMEOUT_MILLISECONDS, byIndex: true });
}

/** @throws where the role cannot read the ledger, or can do anything else there than select from its view. */
export async function refuseOtherThanLedgerReader(ledger: Knex): Promise<void> {
  const usable = await ledger.raw('select * from exposed.access_entry limit 0').catch(() => undefined);
  if (usable === undefined) throw new Error('The ledger is not migrated, or its reader role cannot read it.');
  const { rows } = await ledger.raw(TOO_MUCH);
  if (rows.length > 0) throw new Error('The reader role of the ledger can do more than read its view: refused.');
}

// Private:

/** A row for each way in which the role reaches more. */
const TOO_MUCH = `
  select 1 from pg_roles where rolname = current_user and (rolsuper or rolcreaterole or rolreplication)
  union all
  select 1 from pg_database where datname = current_database()
    and (pg_has_role(current_user, datdba, 'member') or has_database_privilege(current_user, oid, 'create'))
  union all
  select 1 from pg_namespace where oid = to_regnamespace('ledger')
    and has_schema_privilege(current_user, oid, 'usage, create')
  union all
  select 1 from pg_class where relnamespace = to_regnamespace('ledger') and relkind in ('r', 'p')
    and has_table_privilege(current_user, oid, 'select, insert, update, delete, truncate, trigger')
  union all
  select 1 from pg_namespace where oid = to_regnamespace('exposed') and has_schema_privilege(current_user, oid, 'create')
  union all
  select 1 from pg_class where oid = to_regclass('exposed.access_entry')
    and has_table_privilege(current_user, oid, 'insert, update, delete, truncate, trigger')`;
