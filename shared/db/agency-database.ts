import { createHmac } from 'node:crypto';
import type { Knex } from 'knex';
import { type Agency, databaseName } from '../domain/agencies';
import { connect } from './connect';
import { quoteIdentifier } from './migrate';

/** Where an agency's data lies, and as whom one goes there. */
export interface AgencyDatabase {
  /** The role that owns the tables and migrates. Absent where migrations are somebody else's duty. */
  readonly ownerUrl: string | undefined;
  /** The role that the subgraph runs as: it can select from the views in schema `exposed` only. */
  readonly readerUrl: string;
  /** The role that mutations run as: it can use the views in schema `work` only. Only agencies that have such need it. */
  readonly writerUrl: string | undefined;
}

/** The role that a URL connects as. */
export function roleOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

/**
 * The reader's URL that belongs to an owner's: same server and database, role `<database>_reader`, and a password that
 * follows from the owner's, so that any number of processes come to the same.
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

/**
 * Makes one database, one owner and one reader per agency on a server that is ours to arrange.
 *
 * @param adminUrl a superuser's URL.
 */
export function provision(adminUrl: string, agency: Agency, name = databaseName(agency)): Promise<AgencyDatabase> {
  return provisionDatabase(adminUrl, name);
}

/** The roles of a database that `provisionDatabase` makes. */
export interface ProvisionedDatabase extends AgencyDatabase {
  readonly ownerUrl: string;
  readonly writerUrl: string;
}

/** The URLs of what `provisionDatabase` makes, whether it is there or not. */
export function provisionedUrls(adminUrl: string, name: string): ProvisionedDatabase {
  const owner = `${name}_owner`;
  const url = new URL(adminUrl);
  url.username = owner;
  url.password = derivePassword(decodeURIComponent(new URL(adminUrl).password), owner);
  url.pathname = `/${name}`;
  const ownerUrl = url.toString();
  return { ownerUrl, readerUrl: readerUrlFor(ownerUrl), writerUrl: writerUrlFor(ownerUrl) };
}

/**
 * Makes a database of that name and its owner.
 *
 * @param adminUrl a superuser's URL.
 */
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
 * Makes the role of a reader or writer where it is missing, and gives it the password of its URL where it has another: an
 * owner's new password brings a new derived one.
 *
 * @param owner on a role that may create roles.
 */
export async function ensureRoleOf(owner: Knex, url: string): Promise<void> {
  const role = roleOf(url);
  const password = decodeURIComponent(new URL(url).password);
  await ensureRole(owner, role, password);
  if (await isRefused(url)) await owner.raw(`alter role ${quoteIdentifier(role)} password ${literal(password)}`);
}

/** Whether the server does not accept the password. */
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
