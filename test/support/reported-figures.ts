import type { Knex } from 'knex';

/** Deletes reported quarters, which only the tables' owner can do. */
export async function forgetReports(owner: Knex): Promise<void> {
  await owner.raw(
    ['reported_count', 'reported_quarter']
      .map(
        (table) => `alter table base.${table} disable trigger append_only; delete from base.${table};
        alter table base.${table} enable trigger append_only;`,
      )
      .join('\n'),
  );
}
