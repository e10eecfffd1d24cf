import type { Knex } from 'knex';
import { connect } from '../../db/connect';
import { checkRole } from '../../db/role-check';

const POOL = 5;
const STATEMENT_TIMEOUT_MILLISECONDS = 10_000;

/** Connects to the access ledger with the role for access audits. Opens connections on first use. */
export function connectLedgerReader(url: string): Knex {
  return connect(url, { poolSize: POOL, statementTimeout: STATEMENT_TIMEOUT_MILLISECONDS, byIndex: true });
}

/** @throws if the role cannot read the ledger, or can do anything there except select from its view. */
export function refuseOtherThanLedgerReader(ledger: Knex): Promise<void> {
  return checkRole(ledger, {
    database: 'The database of the ledger',
    needs: 'select * from exposed.access_entry limit 0',
    tooLittle: 'The ledger has not been migrated, or its reader role cannot read it.',
    excess: EXCESS,
    tooMuch: 'The reader role of the ledger can do more than read its view: refused.',
  });
}

// Private:

/** One row for each right beyond reading the view. */
const EXCESS = `
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
