import type { Coordinate } from '../../../shared/access/labels';
import { isAgency } from '../../../shared/domain/agencies';
import { isPurpose } from '../../../shared/domain/purpose';
import { REGION_CODE } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import {
  decidedByArguments,
  filteredInSql,
  type ResourceFinders,
} from '../../../shared/subgraph/guard/resource-finders';
import { EMPTY_PAGE } from '../../../shared/subgraph/rows/page';
import type { Context } from '../context';
import { namedAgency } from '../named-agency';
import { countsOfDay } from '../openings/counts-of-day';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import type { Agency, QueryAccessDigestArgs } from '../schema.types';
import { ACCESS_COLUMNS, accessLog, checkAccessLogArguments, resourceOfAccess } from './access-log';
import { accessDigest } from './digest';
import { type AccessLook, childrenOf, looksOf } from './looks';

const LIST: Coordinate = 'Query.accessLog';
const PURPOSE: Coordinate = 'AccessLogEntry.purpose';

/**
 * The attributes by which rules decide about accesses: the caller's region, and the agencies whose data was accessed.
 */
export const accessFinders: ResourceFinders<Context> = {
  [LIST]: filteredInSql(ACCESS_COLUMNS, { [PURPOSE]: ({ purpose }) => Boolean(purpose) }),
  // Decided by the caller's own agency as owner; callers who may see all owners pass with any.
  'Query.accessDigest': decidedByArguments(async (args: QueryAccessDigestArgs, context: Context) => ({
    region: await regionOf(args, context),
    owners: [context.access.caller.agency],
  })),
  AccessLogEntry: resourceOfAccess,
  AccessLook: ({ record }: AccessLook) => record,
};

/** 访问记录, 每日访问异常. */
export const accessQueries = {
  async accessLog(_, args, context) {
    const rows = context.visibleRows(LIST, args);
    if (rows === null) return EMPTY_PAGE;
    checkAccessLogArguments(args);
    const child = args.child ? await context.load.child.load(args.child) : null;
    return accessLog(ledgerOf(context), rows, args, child?.region ?? null);
  },
  async accessDigest(_, args, context) {
    const rows = context.visibleRows(LIST, {});
    if (rows === null) return null;
    const { practices } = context.settings;
    const [{ day }, region] = [args, await regionOf(args, context)];
    const { audit } = practices.for(region, new Date(`${day}T23:59:59+08:00`));
    const digest = await accessDigest(
      ledgerOf(context),
      rows,
      { day, region },
      audit,
      practices.calendar.isWorkingDay(day),
    );
    // An emergency is a request's purpose.
    return context.reads(PURPOSE)
      ? digest
      : { ...digest, findings: digest.findings.filter(({ kind }) => kind !== 'BREAK_GLASS') };
  },
} satisfies Partial<QueryResolvers>;

export const accessTypes = {
  AccessLogEntry: {
    sequence: ({ seq }) => seq,
    stage: ({ stage }) => upperCase(stage),
    requests: ({ entry }) => (entry.v === 1 ? 1 : entry.requests),
    agency: (row) => agencyIn(row.caller_agency),
    roles: ({ entry }) => entry.caller?.roles ?? [],
    purpose: ({ purpose }) => (purpose !== null && isPurpose(purpose) ? purpose : null),
    reference: ({ entry }) => entry.reference,
    approvedBy: ({ entry }) => entry.approvedBy,
    operationKind: ({ entry }) => entry.operation.kind && upperCase(entry.operation.kind),
    operationName: ({ entry }) => entry.operation.name,
    operationHash: ({ entry }) => entry.operation.hash,
    rulesVersion: ({ entry }) => entry.rules,
    looks: (row, _, { reads }) => looksOf(row, (record) => reads('AccessLook.children', record)),
    children: (row, _, { reads }) => childrenOf(row, (record) => reads('AccessLook.children', record)),
    emergencyReason: ({ entry }) => entry.emergency?.reason ?? null,
    emergencyUses: ({ entry }) => entry.emergency?.uses ?? [],
    status: ({ entry }) => entry.outcome?.status ?? null,
    codes: ({ entry }) => entry.outcome?.codes ?? [],
  },
  AccessLook: {
    agency: ({ agency }) => present(agencyIn(agency)),
    answer: ({ answer }) => upperCase(answer),
    children: ({ children, ofAll }, { unlessAll }) => (unlessAll && ofAll ? [] : children),
  },
  AccessFinding: {
    agency: (row) => agencyIn(row.caller_agency),
  },
  AccessDigest: {
    counts: (digest, _, context) =>
      countsOfDay({ db: context.lists.db, ledger: ledgerOf(context) }, digest, context.settings.practices),
  },
} satisfies Pick<Resolvers, 'AccessLogEntry' | 'AccessLook' | 'AccessFinding' | 'AccessDigest'>;

// Private:

/** Null for an agency that no longer exists. */
const agencyIn = (name: string): Agency | null => (isAgency(name) ? namedAgency(name) : null);

/** A typed `toUpperCase`, for values of GraphQL enums. */
const upperCase = <Name extends string>(name: Name) => name.toUpperCase() as Uppercase<Name>;

/** @throws BAD_USER_INPUT for an invalid region code, CODE_UNKNOWN for an unknown one. */
async function regionOf({ region }: QueryAccessDigestArgs, { access, load }: Context): Promise<string> {
  if (region === null || region === undefined) return access.caller.region;
  if (!REGION_CODE.test(region)) {
    throw failure('BAD_USER_INPUT', 'A region code has 2, 4, 6, 9 or 12 digits.', { argument: 'region' });
  }
  if ((await load.region.load(region)) === null) throw failure('CODE_UNKNOWN', undefined, { argument: 'region' });
  return region;
}

function ledgerOf({ ledger }: Context) {
  if (ledger === undefined) throw new Error('This subgraph has no ledger.');
  return ledger;
}
