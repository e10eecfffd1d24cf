import type { Knex } from 'knex';
import type { Agency } from '../domain/agencies';
import type { ChildIds } from '../domain/child-id';

/** Thrown for a database whose pseudonyms were derived with another key or hash: no child would be found in it. */
export class OtherChildIdKey extends Error {
  override readonly name = 'OtherChildIdKey';
  readonly code = 'CHILD_ID_KEY_DIFFERS';

  constructor() {
    super(
      'The database was filled under another CHILD_ID_KEY or CHILD_ID_HASH: its pseudonyms would not match (CHILD_ID_KEY_DIFFERS).',
    );
  }
}

/**
 * Compares the fingerprint in an agency's database with the key's, or writes it at the first start. A database that was
 * filled before fingerprints existed gets the key's only if all evidence of its own key agrees.
 *
 * @param owner connected as the owner of the tables, after migrating.
 * @throws {OtherChildIdKey}
 */
export async function takeFingerprint(owner: Knex, childIds: ChildIds): Promise<void> {
  await owner.transaction(async (transaction) => {
    await transaction.raw('lock table base.child_id_fingerprint in exclusive mode');
    const present = await fingerprintIn(transaction, 'base.child_id_fingerprint');
    if (present.length === 0) {
      await refuseEarlierKey(transaction, childIds);
      await transaction.raw('insert into base.child_id_fingerprint (fingerprint) values (?)', [childIds.fingerprint]);
    } else refuseOthers(present, childIds);
  });
}

/**
 * Compares the fingerprint in a process that cannot write it.
 *
 * @param reader connected as the subgraph's reader role.
 * @throws {OtherChildIdKey} also if the database has no fingerprint yet.
 */
export async function confirmFingerprint(reader: Knex, agency: Agency, childIds: ChildIds): Promise<void> {
  const present = await fingerprintIn(reader, 'exposed.child_id_fingerprint');
  if (present.length === 0) {
    throw new Error(
      `The database of ${agency} has no fingerprint of the key of its pseudonyms yet: run npm run migrate -- ${agency}.`,
    );
  }
  refuseOthers(present, childIds);
}

// Private:

/** Number of rows to examine: one would suffice, several can reveal a database with two keys. */
const CHILDREN_COMPARED = 20;

async function fingerprintIn(db: Knex, table: string): Promise<readonly string[]> {
  const { rows } = await db.raw(`select fingerprint from ${table}`);
  return rows.map(({ fingerprint }: { readonly fingerprint: string }) => fingerprint);
}

function refuseOthers(fingerprints: readonly string[], childIds: ChildIds): void {
  if (fingerprints.some((fingerprint) => fingerprint !== childIds.fingerprint)) throw new OtherChildIdKey();
}

/**
 * Checks the fingerprints that seeding and imports have recorded, and derives the pseudonyms of some children again.
 */
async function refuseEarlierKey(db: Knex, childIds: ChildIds): Promise<void> {
  for (const table of ['base.district', 'import.run']) {
    const { rows: found } = await db.raw('select to_regclass(?) is not null as present', [table]);
    if (!found[0].present) continue;
    const { rows } = await db.raw(`select distinct child_id_fingerprint as fingerprint from ${table}`);
    refuseOthers(
      rows.map(({ fingerprint }: { readonly fingerprint: string }) => fingerprint),
      childIds,
    );
  }
  const { rows: rosters } = await db.raw(
    `select table_name as name from information_schema.columns
     where table_schema = 'base' and column_name in ('child_id', 'id_number') group by table_name having count(*) = 2`,
  );
  for (const { name } of rosters) {
    const children = await db
      .withSchema('base')
      .from(name)
      .whereNotNull('id_number')
      .limit(CHILDREN_COMPARED)
      .select('child_id', 'id_number');
    if (children.some(({ child_id, id_number }) => childIds.derive(id_number) !== child_id))
      throw new OtherChildIdKey();
  }
}
