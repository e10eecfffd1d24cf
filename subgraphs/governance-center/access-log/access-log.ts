import type { Knex } from 'knex';
import type { ResourceAttributes } from '../../../shared/access/compile';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { agencyNamed } from '../../../shared/domain/agencies';
import { CHILD_ID } from '../../../shared/domain/child-id';
import { failure } from '../../../shared/protocol/errors';
import type { RecordedEntry } from '../../../shared/protocol/ledger-entry';
import { checkPageSize, type Page, type PageArguments } from '../../../shared/subgraph/rows/page';
import { cursorOf, placeOf } from './cursor';

/** Whose accesses, to whom. Agencies as the GraphQL enum names them, instants in ISO 8601. */
export interface AccessLogArguments extends PageArguments {
  readonly child?: string | null;
  readonly agency?: string | null;
  readonly dataOf?: string | null;
  readonly caller?: string | null;
  readonly purpose?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

/** An entry of the ledger, as far as it is about what was asked for. */
export interface AccessRow {
  /** A bigint. */
  readonly seq: string;
  readonly at: Date;
  readonly request_id: string;
  readonly stage: RecordedEntry['stage'];
  readonly caller: string;
  readonly caller_agency: string;
  /** Of the officer who looked. */
  readonly region: string;
  readonly purpose: string | null;
  /** Whose data was looked at: of the child, where one was asked for. */
  readonly owners: readonly string[];
  /** Where the child lives who was asked for. */
  readonly child_region: string | null;
  readonly entry: RecordedEntry;
  readonly asked: { readonly child: string | undefined; readonly dataOf: string | undefined };
}

/** What rules may look at of an access. */
export const resourceOfAccess = ({ region, owners, child_region }: AccessRow): ResourceAttributes => ({
  region,
  owners,
  childRegion: child_region,
});

/** Where rules find that in SQL. */
export const ACCESS_COLUMNS = {
  region: { column: 'region', type: 'text' },
  owners: { column: 'owners', type: 'text[]' },
  childRegion: { column: 'child_region', type: 'text' },
} as const;

/** Counting on costs more the more there is, and tells an auditor nothing more. */
const LARGEST_TOTAL = 10_000;

/**
 * One page of accesses, newest first.
 *
 * @param ledger on the reader role.
 * @param rows which of them the caller may know of, by `ACCESS_COLUMNS`.
 * @param childRegion where the child lives; null where it is not known or none is asked for.
 * @throws BAD_USER_INPUT for what is no child's id, a time that ends before it begins, a page size outside 1 to 200, and a
 *   cursor that is not one of this list.
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
    // The first condition says no more than the second, and leaves later months unread.
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

/** The agencies whose looks were at a child, by the child's place in the entry. */
const OWNERS_OF_LOOKS_AT_CHILD = `
  select look ->> 'agency' from jsonb_array_elements(entry.body::jsonb -> 'looks') as look
  where look -> 'children' = '"all"' or look -> 'children' @> to_jsonb(array_position(entry.children, ?) - 1)`;

/**
 * The entries that hold what is asked for and that the caller may know of. Rules meet an entry as far as it is about that:
 * whose data it is follows from the looks at the child, and from the agency asked for, not from the whole entry.
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
    // The offset lets each entry be read once, not once for each mention of the column.
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
  // A child has few entries: they are found by the child, never by walking the whole ledger back in the order of the page.
  const found = child ? ledger.raw('(? offset 0) as access', [entries]) : entries.as('access');
  return ledger.from(found).whereRaw(rows.sql, [...rows.bindings] as Knex.RawBinding[]);
}
