import { createHmac } from 'node:crypto';
import type { Knex } from 'knex';
import { type Agency, databaseName } from '../domain/agencies';
import { connect } from './connect';
import { quoteIdentifier } from './migrate';

/**
 * An agency's database: one URL for each role.
 *
 * @example { ownerUrl: 'postgres://education_owner:…@db/education', readerUrl:
 * 'postgres://education_reader:…@db/education', writerUrl: undefined }
 */
export interface AgencyDatabase {
  /** The role that owns the tables and migrates. Undefined if another process migrates. */
  readonly ownerUrl: string | undefined;
  /** The subgraph's role, which can only select from the views in schema `exposed`. */
  readonly readerUrl: string;
  /** The role of mutations, which can only use the views in schema `work`. Undefined for agencies without mutations. */
  readonly writerUrl: string | undefined;
}

/** The role that a URL connects as. */
export function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

/**
 * Derives the reader's URL from the owner's: same server and database, role `<database>_reader`, and a password derived
 * from the owner's, so that every process gets the same one.
 */
export function readerUrlFor(ownerUrl: string): string {
  return urlFor(ownerUrl, 'reader');
}

/** The same for the writer, `<database>_writer`. */
export function writerUrlFor(ownerUrl: string): string {
  return urlFor(ownerUrl, 'writer');
}

function urlFor(ownerUrl: string, kind: 'reader' | 'writer'): string {
  const url = new URL(ownerUrl);
  const role = `${decodeURIComponent(url.pathname.slice(1))}_${kind}`;
  url.password = derivePassword(decodeURIComponent(url.password), role);
  url.username = role;
  return url.toString();
}

/** Creates an agency's database and its owner. @param adminUrl a superuser's URL. */
export function provision(adminUrl: string, agency: Agency, name = databaseName(agency)): Promise<AgencyDatabase> {
  return provisionDatabase(adminUrl, name);
}

/** The roles that `provisionDatabase` creates for a database. */
export interface ProvisionedDatabase extends AgencyDatabase {
  readonly ownerUrl: string;
  readonly writerUrl: string;
}

/** The URLs that `provisionDatabase` returns, whether or not the database exists. */
export function provisionedUrls(adminUrl: string, name: string): ProvisionedDatabase {
  const owner = `${name}_owner`;
  const url = new URL(adminUrl);
  url.username = owner;
  url.password = derivePassword(decodeURIComponent(new URL(adminUrl).password), owner);
  url.pathname = `/${name}`;
  const ownerUrl = url.toString();
  return { ownerUrl, readerUrl: readerUrlFor(ownerUrl), writerUrl: writerUrlFor(ownerUrl) };
}

/** Creates a database with this name, and its owner. @param adminUrl a superuser's URL. */
export async function provisionDatabase(adminUrl: string, name: string): Promise<ProvisionedDatabase> {
  const urls = provisionedUrls(adminUrl, name);
  const owner = roleOf(urls.ownerUrl);
  const admin = connect(adminUrl, { poolSize: 1, statementTimeout: 30_000 });
  try {
    await ensureRole(admin, owner, decodeURIComponent(new URL(urls.ownerUrl).password));
    await admin.raw(`alter role ${quoteIdentifier(owner)} createrole`);
    const { rows } = await admin.raw('select 1 from pg_database where datname = ?', [name]);
    if (rows.length === 0) await admin.raw(`create database ${quoteIdentifier(name)} owner ${quoteIdentifier(owner)}`);
    return urls;
  } finally {
    await admin.destroy();
  }
}

/**
 * Creates a reader's or writer's role if it is missing, and sets its password to the one in the URL if that is refused:
 * it changes with the owner's, from which it is derived.
 *
 * @param owner connection of a role that may create roles.
 */
export async function ensureRoleOf(owner: Knex, url: string): Promise<void> {
  const role = roleOf(url);
  const password = decodeURIComponent(new URL(url).password);
  await ensureRole(owner, role, password);
  if (await isRefused(url)) await owner.raw(`alter role ${quoteIdentifier(role)} password ${literal(password)}`);
}

/** Whether the server rejects the password. */
async function isRefused(url: string): Promise<boolean> {
  const db = connect(url, { poolSize: 1, statementTimeout: 5_000 });
  try {
    await db.raw('select 1');
    return false;
  } catch (error) {
    return (error as { code?: string }).code === INVALID_PASSWORD;
  } finally {
    await db.destroy();
  }
}

const INVALID_PASSWORD = '28P01';

async function ensureRole(db: Knex, role: string, password: string): Promise<void> {
  const { rows } = await db.raw('select 1 from pg_roles where rolname = ?', [role]);
  if (rows.length > 0) return;
  try {
    await db.raw(`create role ${quoteIdentifier(role)} login password ${literal(password)}`);
  } catch (error) {
    const duplicate = ['42710', '23505'].includes((error as { code?: string }).code ?? '');
    if (!duplicate) throw new Error(`The role ${role} could not be created.`);
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function derivePassword(secret: string, role: string): string {
  return createHmac('sha256', secret).update(role).digest('base64url');
}
