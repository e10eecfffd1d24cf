import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { provisionDatabase, provisionedUrls } from '../../../shared/db/agency-database';
import { type Agency, databaseName } from '../../../shared/domain/agencies';

/** The views of `exposed` that the bench needs, by agency, each over a table of the same name. */
const VIEWS: Readonly<Partial<Record<Agency, readonly string[]>>> = {
  'governance-center': ['child', 'risk_assessment'],
  'public-security': ['person', 'household', 'household_member'],
  'civil-affairs': ['welfare'],
  education: ['enrolment'],
  procuratorate: ['legal_document'],
};

const NAME = 'central';

/**
 * Creates one database with all agencies' data: a schema for each agency, and a table with the agency's indexes for
 * each view. @param adminUrl a superuser's on the agencies' database server. @returns the owner's URL.
 */
export async function makeCentralCopy(adminUrl: string): Promise<string> {
  const admin = await connected(adminUrl);
  await admin.query(`drop database if exists ${NAME} with (force)`);
  await admin.end();
  const { ownerUrl } = await provisionDatabase(adminUrl, NAME);
  const central = await connected(ownerUrl);
  try {
    for (const [agency, views] of Object.entries(VIEWS) as [Agency, readonly string[]][]) {
      const schema = databaseName(agency);
      await central.query(`create schema ${schema}`);
      const from = await connected(provisionedUrls(adminUrl, schema).ownerUrl);
      try {
        for (const view of views) await copyView(from, central, schema, view);
      } finally {
        await from.end();
      }
    }
    await central.query('analyze');
  } finally {
    await central.end();
  }
  return ownerUrl;
}

async function copyView(from: Client, central: Client, schema: string, view: string): Promise<void> {
  const { rows: columns } = await from.query(
    `select quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) as definition from pg_attribute
     where attrelid = $1::regclass and attnum > 0 order by attnum`,
    [`exposed.${view}`],
  );
  await central.query(`create table ${schema}.${view} (${columns.map(({ definition }) => definition).join(', ')})`);
  await pipeline(
    from.query(copyTo(`copy (select * from exposed.${view}) to stdout (format binary)`)),
    central.query(copyFrom(`copy ${schema}.${view} from stdin (format binary)`)),
  );
  const { rows: indexes } = await from.query(
    'select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = $1::regclass',
    [`base.${view}`],
  );
  for (const { definition } of indexes) await central.query(definition.replace(' ON base.', ` ON ${schema}.`));
}

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}
