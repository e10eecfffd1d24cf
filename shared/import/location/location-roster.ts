import type { Knex } from 'knex';
import { quoteIdentifier } from '../../db/migrate';
import type { Agency } from '../../domain/agencies';
import { ImportRefused } from '../refused';

export interface AppliedLocations {
  readonly set: number;
  readonly ended: number;
  readonly unchanged: number;
  /** Children of the lists whom this agency does not know. */
  readonly unknown: number;
}

/** No such table. */
const UNDEFINED_TABLE = '42P01';

/** Which children of an agency's roster have a protected location. @param table the roster, in schema `base`. */
export function locationRoster(db: Knex, table: string) {
  const roster = `base.${quoteIdentifier(table)}`;
  return {
    /** The children whose location this agency itself protects at the moment. */
    async protectedHere(agency: Agency): Promise<readonly string[]> {
      try {
        const { rows } = await db.raw(
          'select distinct child_id from exposed.location_protection where in_force order by 1',
        );
        return rows.map(({ child_id }: { readonly child_id: string }) => child_id);
      } catch (error) {
        if ((error as { readonly code?: string }).code !== UNDEFINED_TABLE) throw error;
        throw new ImportRefused(`${agency} protects no locations; public-security and civil-affairs do.`);
      }
    },

    /** Protects exactly these children, in one transaction. */
    async apply(children: readonly string[]): Promise<AppliedLocations> {
      const ids = [...new Set(children)];
      return db.transaction(async (transaction) => {
        const count = async (sql: string) => (await transaction.raw(sql, { ids })).rowCount ?? 0;
        const set = await count(
          `update ${roster} set location_protected = true where child_id = any(:ids) and not location_protected`,
        );
        const ended = await count(
          `update ${roster} set location_protected = false where location_protected and child_id <> all(:ids)`,
        );
        const known = await count(`select child_id from ${roster} where child_id = any(:ids)`);
        return { set, ended, unchanged: known - set, unknown: ids.length - known };
      });
    },

    /** How many are protected, and among how many of unknown place they are not found. */
    async ratio(): Promise<Readonly<Record<'children' | 'isProtected' | 'placeUnknown', number>>> {
      const { rows } = await db.raw(
        `select count(*)::int as children, count(*) filter (where location_protected)::int as "isProtected",
           count(*) filter (where not location_protected and length(region) <= 6)::int as "placeUnknown"
         from exposed.child`,
      );
      return rows[0];
    },
  };
}
