import type { Knex } from 'knex';
import type { ResourceAttributes } from '../../../shared/access/compile';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { agencyNamed } from '../../../shared/domain/agencies';
import { CHILD_ID } from '../../../shared/domain/child-id';
import { failure } from '../../../shared/protocol/errors';
import type { RecordedEntry } from '../../../shared/protocol/ledger-entry';
import { checkPageSize, type Page, type PageArguments } from '../../../shared/subgraph/rows/page';
import { cursorOf, placeOf } from './cursor';

/** The filter of the access log. Agencies are named as in the GraphQL enum, instants in ISO 8601. */
export interface AccessLogArguments extends PageArguments {
  readonly child?: string | null;
  readonly agency?: string | null;
  readonly dataOf?: string | null;
  readonly caller?: string | null;
  readonly purpose?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

/** An entry of the ledger, reduced to what the filter matches. */
export interface AccessRow {
  /** A bigint. */
  readonly seq: string;
  readonly at: Date;
  readonly request_id: string;
  readonly stage: RecordedEntry['stage'];
  readonly caller: string;
  readonly caller_agency: string;
  /** The caller's region. */
  readonly region: string;
  readonly purpose: string | null;
  /** The agencies whose data was accessed; only accesses to the child's data if the filter names a child. */
  readonly owners: readonly string[];
  /** The region of the child in the filter; null without one. */
  readonly child_region: string | null;
  readonly entry: RecordedEntry;
  readonly asked: { readonly child: string | undefined; readonly dataOf: string | undefined };
}

/** The attributes by which rules decide about an access. */
export const resourceOfAccess = ({ region, owners, child_region }: AccessRow): ResourceAttributes => ({
  region,
  owners,
  childRegion: child_region,
});

/** The columns of these attributes. */
export const ACCESS_COLUMNS = {
  region: { column: 'region', type: 'text' },
  owners: { column: 'owners', type: 'text[]' },
  childRegion: { column: 'child_region', type: 'text' },
} as const;

/** Counting stops here: a larger total costs more and does not help an auditor. */
const LARGEST_TOTAL = 10_000;

/**
 * One page of accesses, newest first.
 *
 * @param ledger on the reader role.
 * @param rows the condition for those that the caller may know of, over `ACCESS_COLUMNS`.
 * @param childRegion the region of the child in the filter; null if unknown or without a child.
 * @throws BAD_USER_INPUT for an invalid child id, a time range that ends before it begins, a page size outside 1 to
 *   200, and a cursor that this list did not return.
 */
export async function accessLog(
  ledger: Knex,
  rows: SqlCondition,
  args: AccessLogArguments,
  childRegion: string | null,
): Promise<Page<AccessRow>> {
  const { first, after } = args;
  checkPageSize(first);
  const asked = { child: args.child ?? undefined, dataOf: (args.dataOf && agencyNamed(args.dataOf)) || undefined };
  const all = accesses(ledger, rows, args, asked, childRegion);
  const query = all
    .clone()
    .select('*')
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'seq', order: 'desc' },
    ])
    .limit(first + 1);
  if (after !== null && after !== undefined) {
    const { at, seq } = await placeOf(ledger, after);
    // The first condition is implied by the second; it lets PostgreSQL skip later months.
    query.where('at', '<=', at).whereRaw('(at, seq) < (?::timestamptz, ?::bigint)', [at, seq]);
  }
  const found: (Omit<AccessRow, 'asked' | 'entry'> & { readonly body: string })[] = await query;
  const nodes = found
    .slice(0, first)
    .map(({ body, ...row }) => ({ ...row, entry: JSON.parse(body) as RecordedEntry, asked }));
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    nodes,
    edges,
    pageInfo: { hasNextPage: found.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: async () => {
      const counted = all.clone().select(ledger.raw('1')).limit(LARGEST_TOTAL).as('counted');
      const [row] = await ledger.from(counted).count<{ total: string }[]>({ total: '*' });
      return Number(row?.total ?? 0);
    },
  };
}

/** @throws BAD_USER_INPUT */
export function checkAccessLogArguments({ child, from, to }: AccessLogArguments): void {
  if (child && !CHILD_ID.test(child))
    throw failure('BAD_USER_INPUT', "This is not a child's id.", { argument: 'child' });
  if (from && to && Date.parse(from) > Date.parse(to)) {
    throw failure('BAD_USER_INPUT', '"from" must not be after "to".', { argument: 'to' });
  }
}

// Private:

/** The agencies whose data of a child was accessed, by the child's position in the entry. */
const OWNERS_OF_LOOKS_AT_CHILD = `
  select look ->> 'agency' from jsonb_array_elements(entry.body::jsonb -> 'looks') as look
  where look -> 'children' = '"all"' or look -> 'children' @> to_jsonb(array_position(entry.children, ?) - 1)`;

/**
 * The entries that match the filter and that the caller may know of. Rules see only the matching part of an entry: its
 * owners are those of the accesses to the child, or the agency in the filter, not those of the whole entry.
 */
function accesses(
  ledger: Knex,
  rows: SqlCondition,
  { agency, caller, purpose, from, to }: AccessLogArguments,
  { child, dataOf }: AccessRow['asked'],
  childRegion: string | null,
): Knex.QueryBuilder {
  const entries = ledger
    .withSchema('exposed')
    .from('access_entry as entry')
    .select('seq', 'at', 'request_id', 'stage', 'caller', 'caller_agency', 'purpose', 'body')
    .select({ region: 'caller_region' })
    .select(ledger.raw('?::text as child_region', [childRegion]));
  if (agency) entries.where('caller_agency', agencyNamed(agency));
  if (caller) entries.where({ caller });
  if (purpose) entries.where({ purpose });
  if (from) entries.where('at', '>=', from);
  if (to) entries.where('at', '<', to);
  if (dataOf) entries.whereRaw('entry.owners @> array[?]::text[]', [dataOf]);
  if (child) {
    // The offset makes PostgreSQL evaluate the subquery once per entry instead of once per use of the column.
    const owners = ledger.raw(
      `select array(${OWNERS_OF_LOOKS_AT_CHILD}${dataOf ? ` and look ->> 'agency' = ?` : ''}) as owners offset 0`,
      [child, ...(dataOf ? [dataOf] : [])],
    );
    entries
      .joinRaw('cross join lateral (?) as own', [owners])
      .select('own.owners')
      .whereRaw('entry.children @> array[?]::text[]', [child])
      .whereRaw('cardinality(own.owners) > 0');
  } else if (dataOf) {
    entries.select(ledger.raw('array[?]::text[] as owners', [dataOf]));
  } else {
    entries.select('owners');
  }
  // A child has few entries, which are found by an index on the child; the offset prevents a scan of the whole ledger
  // in page order.
  const found = child ? ledger.raw('(? offset 0) as access', [entries]) : entries.as('access');
  return ledger.from(found).whereRaw(rows.sql, [...rows.bindings] as Knex.RawBinding[]);
}
