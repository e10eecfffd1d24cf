import type { Knex } from 'knex';

/** A view of schema `work`, in the transaction of a mutation. */
export const table = (transaction: Knex.Transaction, view: string): Knex.QueryBuilder =>
  transaction.withSchema('work').table(view);
