import type { Knex } from 'knex';
import { quoteIdentifier, type SetRights } from '../../db/migrate';

/** The database roles of a subgraph. */
export interface SubgraphRoles {
  readonly reader: string;
  /** For an agency with mutations. */
  readonly writer: string | undefined;
}

/**
 * Rights of a subgraph's roles: the reader has SELECT on the views of schema `exposed`, the writer SELECT, INSERT and
 * UPDATE on those of `work`. Neither has rights on tables.
 */
export function subgraphRights(roles: SubgraphRoles): SetRights {
  return (db) => restrict(db, roles);
}

async function restrict(db: Knex, roles: SubgraphRoles): Promise<void> {
  const { rows } = await db.raw('select current_database() as name');
  const database = quoteIdentifier(rows[0].name);
  const reader = quoteIdentifier(roles.reader);
  await db.raw(
    `revoke all on database ${database} from public;
     grant connect on database ${database} to ${reader};
     revoke all on all tables in schema public, base, exposed from ${reader};
     revoke all on schema base from ${reader};
     revoke create on schema public, exposed from ${reader};
     grant usage on schema exposed to ${reader};
     grant select on all tables in schema exposed to ${reader};`,
  );
  if (roles.writer === undefined) return;
  const writer = quoteIdentifier(roles.writer);
  await db.raw(
    `grant connect on database ${database} to ${writer};
     revoke all on all tables in schema public, base, exposed, work from ${writer};
     revoke all on schema base, exposed from ${writer};
     revoke create on schema public, work from ${writer};
     grant usage on schema work to ${writer};
     grant select, insert, update on all tables in schema work to ${writer};`,
  );
}
