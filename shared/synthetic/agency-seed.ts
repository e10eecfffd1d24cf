import type { ClientBase } from 'pg';
import { connect } from '../db/connect';
import { copyRows, type Row } from '../db/copy-rows';
import type { ChildIds } from '../domain/child-id';
import type { SyntheticChild } from './child';
import { children, type District } from './district';

/** Rows by table of schema `base`. */
export type Rows = Readonly<Record<string, readonly Row[] | undefined>>;

/** How an agency records what it would know of the synthetic district. */
export interface AgencySeed {
  /** All tables, each after those that it refers to. */
  readonly tables: readonly string[];
  /** Rows that do not belong to one child: regions, meetings. Written first. */
  readonly ofDistrict?: (district: District) => Rows;
  /** @param id the child's pseudonym, derived from the ID number. */
  readonly ofChild: (child: SyntheticChild, id: string, district: District) => Rows;
}

export interface SeedOptions {
  readonly ownerUrl: string;
  readonly district: District;
  readonly childIds: ChildIds;
  /** Called with the number of children written so far. */
  readonly onProgress?: (written: number) => void;
}

const BATCH = 1_000;

/**
 * Fills an agency's empty database with the synthetic district, in one transaction: a process killed in the middle
 * leaves an empty database, and the next start begins again.
 *
 * @throws if the database already contains another district; nothing is changed then.
 */
export async function seedAgency(
  seed: AgencySeed,
  { ownerUrl, district, childIds, onProgress }: SeedOptions,
): Promise<void> {
  const db = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  try {
    const client: ClientBase = await db.client.acquireConnection();
    try {
      await client.query('begin');
      await client.query('lock table base.district in exclusive mode');
      const { rows } = await client.query('select seed, size, today from base.district');
      const [present] = rows;
      if (present === undefined) await writeDistrict(client, seed, district, childIds, onProgress);
      else refuseOtherDistrict(present, district);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      await db.client.releaseConnection(client);
    }
  } finally {
    await db.destroy();
  }
}

async function writeDistrict(
  client: ClientBase,
  seed: AgencySeed,
  district: District,
  ids: ChildIds,
  onProgress: SeedOptions['onProgress'],
): Promise<void> {
  const pending = new Map<string, Row[]>(seed.tables.map((table) => [table, []]));
  const collect = (rows: Rows) => {
    for (const [table, some = []] of Object.entries(rows)) {
      const target = pending.get(table);
      if (target === undefined) throw new Error(`The seed writes to a table that it does not list: ${table}.`);
      target.push(...some);
    }
  };
  const flush = async () => {
    for (const [table, rows] of pending) {
      await copyRows(client, table, rows);
      rows.length = 0;
    }
  };

  if (seed.ofDistrict !== undefined) collect(seed.ofDistrict(district));
  let written = 0;
  for (const child of children(district)) {
    collect(seed.ofChild(child, ids.derive(child.person.idNumber), district));
    written += 1;
    if (written % BATCH === 0) {
      await flush();
      onProgress?.(written);
    }
  }
  await flush();
  for (const table of seed.tables) await client.query(`analyze base.${table}`);
  await copyRows(client, 'district', [
    { seed: district.seed, size: district.size, today: district.today, child_id_fingerprint: ids.fingerprint },
  ]);
  onProgress?.(written);
}

function refuseOtherDistrict(present: District, district: District): void {
  const same = (['seed', 'size', 'today'] as const).every((name) => present[name] === district[name]);
  if (!same) {
    const named = ({ size, seed, today }: District) => `${size} children (seed "${seed}", as of ${today})`;
    throw new Error(
      `The database already contains a district of ${named(present)}; ` +
        `for one of ${named(district)} choose another DATA_DIR, or remove this one.`,
    );
  }
}
