import type { Environment } from '../config/environment';
import { postgresUrl } from '../config/postgres-url-setting';
import { type AgencyDatabase, readerUrlFor, writerUrlFor } from '../db/agency-database';
import { AGENCIES, type Agency, enumName } from '../domain/agencies';
import { isDate } from '../domain/dates';
import type { District } from '../synthetic/district';
import type { AnySubgraphDefinition } from './subgraph-definition';

const LARGEST_DISTRICT = 178_400;
const SMALLEST_DISTRICT = 7;

/**
 * Reads `DATABASE_URL_EDUCATION` (owner), `READER_DATABASE_URL_EDUCATION` and `WRITER_DATABASE_URL_EDUCATION`.
 *
 * @returns undefined if neither owner nor reader is set.
 */
export function agencyDatabase(environment: Environment, agency: Agency): AgencyDatabase | undefined {
  const ownerUrl = postgresUrl(environment, `DATABASE_URL_${enumName(agency)}`);
  const readerUrl = postgresUrl(environment, `READER_DATABASE_URL_${enumName(agency)}`);
  const writerUrl =
    postgresUrl(environment, `WRITER_DATABASE_URL_${enumName(agency)}`) ?? (ownerUrl && writerUrlFor(ownerUrl));
  if (readerUrl !== undefined) return { ownerUrl, readerUrl, writerUrl };
  return ownerUrl === undefined ? undefined : { ownerUrl, readerUrl: readerUrlFor(ownerUrl), writerUrl };
}

/**
 * Reads the database of an agency whose tables another process prepares: in production a subgraph does not need the
 * owner's password, and so must not have it. Adds faults to the environment.
 */
export function servedDatabase(environment: Environment, agency: Agency): AgencyDatabase | undefined {
  const database = agencyDatabase(environment, agency);
  const name = enumName(agency);
  if (database === undefined) {
    environment.fault(`READER_DATABASE_URL_${name} is not set: where the subgraph reads.`);
  } else if (environment.production && database.ownerUrl !== undefined) {
    environment.fault(
      `DATABASE_URL_${name} must not be set in production, except for \`npm run migrate -- ${agency}\`: a subgraph must not have the owner's password.`,
    );
  }
  return database;
}

/** Refuses unknown agencies: with a misspelt variable, a subgraph could fall back to another database. */
export function refuseUnknownAgencies(environment: Environment): void {
  for (const prefix of ['DATABASE_URL_', 'READER_DATABASE_URL_', 'WRITER_DATABASE_URL_', 'SUBGRAPH_URL_']) {
    environment.refuseUnknown(
      prefix,
      AGENCIES.map((agency) => `${prefix}${enumName(agency)}`),
    );
  }
}

/**
 * Reads `LEDGER_READER_DATABASE_URL`: required for an agency that shows the access ledger, refused for all others. No
 * agency writes to the ledger.
 */
export function ledgerReaderUrl(
  environment: Environment,
  { agency, showsLedger }: AnySubgraphDefinition,
): string | undefined {
  environment.refuseUnknown('LEDGER_', [LEDGER_READER]);
  const url = postgresUrl(environment, LEDGER_READER);
  const given = [LEDGER_READER, `${LEDGER_READER}_FILE`].some((name) => environment.optional(name) !== undefined);
  if (showsLedger && !given) environment.fault(`${LEDGER_READER} is not set: ${agency} shows the ledger.`);
  if (!showsLedger && given) environment.fault(`${LEDGER_READER} is set, but ${agency} does not show the ledger.`);
  return url;
}

const LEDGER_READER = 'LEDGER_READER_DATABASE_URL';

/** A district whose day may be undefined; it is then settled when the databases are filled. */
export type DistrictSettings = Omit<District, 'today'> & { readonly today: string | undefined };

/** Reads the district for a single agency, which needs its day: all agencies must use the same one. */
export function agencyDistrict(environment: Environment): District | undefined {
  const settings = districtSettings(environment, undefined);
  if (settings === undefined) return undefined;
  if (settings.today === undefined) {
    environment.fault('DISTRICT_DATE is not set: all agencies fill their databases as of one day.');
  }
  return { ...settings, today: settings.today ?? '' };
}

/** Reads the synthetic district for empty databases. @returns undefined for none, the default in production. */
export function districtSettings(
  environment: Environment,
  defaultSize: number | undefined,
): DistrictSettings | undefined {
  const asked = environment.optional('DISTRICT_SIZE') !== undefined;
  const size = environment.integer(
    'DISTRICT_SIZE',
    defaultSize ?? SMALLEST_DISTRICT,
    SMALLEST_DISTRICT,
    LARGEST_DISTRICT,
  );
  const today = environment.optional('DISTRICT_DATE');
  if (today !== undefined && !isDate(today)) environment.fault('DISTRICT_DATE must be a date like 2026-05-17.');
  const district = { seed: environment.optional('DISTRICT_SEED') ?? 'district', size, today };
  return asked || (defaultSize !== undefined && !environment.production) ? district : undefined;
}
