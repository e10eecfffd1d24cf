import type { Coordinate } from '../../../shared/access/labels';
import { filteredInSql, type RecordFinders } from '../../../shared/access/record-finders';
import { enumName, isAgency } from '../../../shared/agencies';
import { EMPTY_PAGE } from '../../../shared/db/page';
import { failure } from '../../../shared/errors';
import { isPurpose } from '../../../shared/purpose';
import { REGION_CODE } from '../../../shared/regions';
import type { Resolvers } from '../../../shared/subgraph-definition';
import type { Context } from '../context';
import {
  ACCESS_COLUMNS,
  type AccessLogArguments,
  type AccessRow,
  accessLog,
  checkAccessLogArguments,
  recordOfAccess,
} from './access-log';
import { type AccessFinding, accessDigest } from './digest';
import { type AccessLook, looksOf } from './looks';

interface AccessDigestArguments {
  readonly day: string;
  readonly region?: string | null;
}

const LIST: Coordinate = 'Query.accessLog';

/** What rules may look at of accesses: where the officer who looked belongs, and whose data it was. */
export const accessRecords: RecordFinders<Context> = {
  [LIST]: filteredInSql(ACCESS_COLUMNS),
  // Of the data of the caller's own agency; all there is, to whoever may know of all.
  'Query.accessDigest': async (args: AccessDigestArguments, context) => ({
    region: await regionOf(args, context),
    owners: [context.access.caller.agency],
  }),
  AccessLogEntry: recordOfAccess,
  AccessLook: ({ record }: AccessLook) => record,
};

/** 访问记录, 每日访问异常. */
export const accessQueries: Resolvers<Context>[string] = {
  async accessLog(_, args: AccessLogArguments, context: Context) {
    const rows = context.visibleRows(LIST, {});
    if (rows === null) return EMPTY_PAGE;
    checkAccessLogArguments(args);
    const child = args.child ? await context.load.child.load(args.child) : null;
    return accessLog(ledgerOf(context), rows, args, child?.region ?? null);
  },
  async accessDigest(_, args: AccessDigestArguments, context: Context) {
    const rows = context.visibleRows(LIST, {});
    if (rows === null) return null;
    const { practices } = context.settings;
    const [{ day }, region] = [args, await regionOf(args, context)];
    const { audit } = practices.for(region, new Date(`${day}T23:59:59+08:00`));
    return accessDigest(ledgerOf(context), rows, { day, region }, audit, practices.calendar.isWorkingDay(day));
  },
};

export const accessTypes: Resolvers<Context> = {
  AccessLogEntry: {
    sequence: ({ seq }: AccessRow) => seq,
    requestId: (row: AccessRow) => row.request_id,
    stage: ({ stage }: AccessRow) => stage.toUpperCase(),
    agency: (row: AccessRow) => agencyIn(row.caller_agency),
    roles: ({ entry }: AccessRow) => entry.caller?.roles ?? [],
    purpose: ({ purpose }: AccessRow) => (purpose !== null && isPurpose(purpose) ? purpose : null),
    reference: ({ entry }: AccessRow) => entry.reference,
    approvedBy: ({ entry }: AccessRow) => entry.approvedBy,
    operationKind: ({ entry }: AccessRow) => entry.operation.kind?.toUpperCase() ?? null,
    operationName: ({ entry }: AccessRow) => entry.operation.name,
    operationHash: ({ entry }: AccessRow) => entry.operation.hash,
    rulesVersion: ({ entry }: AccessRow) => entry.rules,
    looks: looksOf,
    emergencyReason: ({ entry }: AccessRow) => entry.emergency?.reason ?? null,
    emergencyUses: ({ entry }: AccessRow) => entry.emergency?.uses ?? [],
    status: ({ entry }: AccessRow) => entry.outcome?.status ?? null,
    codes: ({ entry }: AccessRow) => entry.outcome?.codes ?? [],
  },
  AccessLook: {
    agency: ({ agency }: AccessLook) => agencyIn(agency),
    answer: ({ answer }: AccessLook) => answer.toUpperCase(),
  },
  AccessFinding: {
    agency: (row: AccessFinding) => agencyIn(row.caller_agency),
    firstAt: (row: AccessFinding) => row.first_at,
    lastAt: (row: AccessFinding) => row.last_at,
  },
};

// Private:

/** Entries outlive what they name. */
const agencyIn = (name: string): string | null => (isAgency(name) ? enumName(name) : null);

/** @throws BAD_USER_INPUT for what is no region code, CODE_UNKNOWN where there is no such region. */
async function regionOf({ region }: AccessDigestArguments, { access, load }: Context): Promise<string> {
  if (region === null || region === undefined) return access.caller.region;
  if (!REGION_CODE.test(region)) {
    throw failure('BAD_USER_INPUT', 'A region code has 2, 4, 6, 9 or 12 digits.', { argument: 'region' });
  }
  if ((await load.region.load(region)) === null) throw failure('CODE_UNKNOWN', undefined, { argument: 'region' });
  return region;
}

function ledgerOf({ ledger }: Context) {
  if (ledger === undefined) throw new Error('This subgraph was given no ledger.');
  return ledger;
}
