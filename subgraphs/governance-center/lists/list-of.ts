import type { Coordinate } from '../../../shared/access/labels';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { REGION_CODE } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { EMPTY_PAGE, type Page, type PageArguments } from '../../../shared/subgraph/rows/page';
import type { Context } from '../context';

type ListArguments<Filter> = PageArguments & { readonly filter?: Filter | null };

/** @throws BAD_USER_INPUT for an invalid region code. */
export function checkRegion(filter: FilteredByRegion | null | undefined): void {
  if (filter?.region && !REGION_CODE.test(filter.region)) {
    throw failure('BAD_USER_INPUT', 'A region code has 2, 4, 6, 9 or 12 digits.', { argument: 'filter.region' });
  }
}

type FilteredByRegion = { readonly region?: string | null };

/** A resolver for a list: a page of the rows that the caller may know of; an empty page if there can be none. */
export function listOf<Filter extends object, Row, Rest extends object>(
  list: Coordinate,
  select: (
    lists: Lists,
    rows: SqlCondition,
    filter: Filter,
    args: PageArguments & Rest,
    now: Date,
  ) => Promise<Page<Row>>,
) {
  return (_: unknown, args: ListArguments<Filter & FilteredByRegion> & Rest, { lists, visibleRows, now }: Context) => {
    const { filter } = args;
    checkRegion(filter);
    const rows = visibleRows(list, { filter });
    return rows === null ? EMPTY_PAGE : select(lists, rows, filter ?? ({} as Filter), args, now);
  };
}
