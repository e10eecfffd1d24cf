import { type AgencyDatabase, provisionedUrls } from '../db/agency-database';
import { type Agency, databaseName, enumName } from '../domain/agencies';
import { withEmbeddedServer } from '../embedded-postgres/embedded-server';
import { ImportRefused } from './refused';

/** Where the databases of agencies are. */
export interface OwnedDatabases {
  /** The configured database of an agency; undefined for the embedded one. */
  readonly databaseOf: (agency: Agency) => AgencyDatabase | undefined;
  /** The embedded system's data directory. */
  readonly dataDirectory: string;
}

/** Runs work on the agency's configured database, or on the embedded system's, running or not. */
export function withOwner<Result>(
  { databaseOf, dataDirectory }: OwnedDatabases,
  agency: Agency,
  work: (ownerUrl: string) => Promise<Result>,
): Promise<Result> {
  const variable = `DATABASE_URL_${enumName(agency)}`;
  const database = databaseOf(agency);
  if (database === undefined) {
    return withEmbeddedServer({ dataDirectory, variable }, (adminUrl) =>
      work(provisionedUrls(adminUrl, databaseName(agency)).ownerUrl),
    );
  }
  if (database.ownerUrl === undefined) {
    throw new ImportRefused(`${variable} is not set: an import needs the role that owns the tables.`);
  }
  return work(database.ownerUrl);
}
