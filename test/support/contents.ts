import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { databaseName } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { children, type District } from '../../shared/synthetic/district';
import { TEST_CHILD_IDS } from './databases';

/** Row count and checksum by `<agency>.<table>`. */
export type Contents = Readonly<Record<string, { readonly rows: number; readonly checksum: string }>>;

/** The contents of all agencies' databases on the server of a data directory. */
export async function contentsOf(dataDirectory: string, postgresPort: number): Promise<Contents> {
  const contents: Record<string, Contents[string]> = {};
  for (const { agency, seed } of SUBGRAPHS) {
    const client = new Client({
      host: '127.0.0.1',
      port: postgresPort,
      user: 'postgres',
      password: readFileSync(join(dataDirectory, 'keys/postgres-superuser'), 'utf8').trim(),
      database: databaseName(agency),
    });
    await client.connect();
    try {
      for (const table of [...seed.tables, 'district']) {
        const { rows } = await client.query(
          `select count(*)::int as rows, coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as checksum
           from base.${table} t`,
        );
        contents[`${agency}.${table}`] = rows[0];
      }
    } finally {
      await client.end();
    }
  }
  return contents;
}

/** The expected row count of each table, from the generator. */
export function expectedRows(district: District): Record<string, number> {
  const { derive } = childIds(TEST_CHILD_IDS);
  const rows: Record<string, number> = {};
  const add = (key: string, count: number) => {
    rows[key] = (rows[key] ?? 0) + count;
  };
  for (const { agency, seed } of SUBGRAPHS) {
    for (const table of seed.tables) add(`${agency}.${table}`, 0);
    add(`${agency}.district`, 1);
    for (const [table, some = []] of Object.entries(seed.ofDistrict?.(district) ?? {})) {
      add(`${agency}.${table}`, some.length);
    }
  }
  for (const child of children(district)) {
    const id = derive(child.person.idNumber);
    for (const { agency, seed } of SUBGRAPHS) {
      for (const [table, some = []] of Object.entries(seed.ofChild(child, id, district))) {
        add(`${agency}.${table}`, some.length);
      }
    }
  }
  return rows;
}
