import type { Knex } from 'knex';

/** The rights that a database role must have, and those that it must not have. */
export interface RoleCheck {
  /** The database in messages: `The database of education`. */
  readonly database: string;
  /** A statement that the role must be able to run. */
  readonly needs: string;
  /** The error if it cannot. */
  readonly tooLittle: string;
  /** A query with one row for each right that the role must not have. */
  readonly excess: string;
  /** The error if there are any. */
  readonly tooMuch: string;
}

/** @throws if the role lacks rights, has too many, or the database cannot be reached. */
export async function checkRole(db: Knex, { database, needs, tooLittle, excess, tooMuch }: RoleCheck): Promise<void> {
  await db.raw(needs).catch((error: { readonly code?: string }) => {
    // Only these classes of SQLSTATE mean missing tables or rights (PostgreSQL 18, appendix A).
    throw new Error(/^(?:42|3F)/.test(error.code ?? '') ? tooLittle : `${database} cannot be reached.`);
  });
  const { rows } = await db.raw(excess);
  if (rows.length > 0) throw new Error(tooMuch);
}
