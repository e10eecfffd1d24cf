import type { Node, SelectStmt } from 'libpg-query';

/**
 * Finds the conditions that every row of a query meets, part by part: of `where`, of `having`, and of joins unless they only
 * connect two columns; also those of the queries and of the parts of a union that it reads from.
 *
 * @example conditionsOf(`select from a join b using (id) where not sealed and since > 1`) // `not sealed`, `since > 1`
 */
export function conditionsOf(select: SelectStmt): readonly Node[] {
  const { op = 'SETOP_NONE', larg, rarg, whereClause, havingClause, fromClause = [], withClause } = select;
  if (op !== 'SETOP_NONE') return [larg, rarg].flatMap((part) => (part === undefined ? [] : conditionsOf(part)));
  return [
    ...conjunctsOf(whereClause),
    ...conjunctsOf(havingClause),
    ...fromClause.flatMap(conditionsOfSource),
    ...(withClause?.ctes ?? []).flatMap((one) =>
      'CommonTableExpr' in one ? conditionsOfQuery(one.CommonTableExpr.ctequery) : [],
    ),
  ];
}

/** The parts of a condition that all have to hold. */
export function conjunctsOf(condition: Node | undefined): readonly Node[] {
  if (condition === undefined) return [];
  const isAnd = 'BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR';
  return isAnd ? (condition.BoolExpr.args ?? []).flatMap(conjunctsOf) : [condition];
}

// Private:

function conditionsOfSource(source: Node): readonly Node[] {
  if ('RangeSubselect' in source) return conditionsOfQuery(source.RangeSubselect.subquery);
  if (!('JoinExpr' in source)) return [];
  const { larg, rarg, quals } = source.JoinExpr;
  return [
    ...[larg, rarg].flatMap((one) => (one === undefined ? [] : conditionsOfSource(one))),
    ...conjunctsOf(quals).filter((one) => !connectsColumns(one)),
  ];
}

const conditionsOfQuery = (query: Node | undefined): readonly Node[] =>
  query !== undefined && 'SelectStmt' in query ? conditionsOf(query.SelectStmt) : [];

/** `task.case_id = case_file.case_id` */
function connectsColumns(condition: Node): boolean {
  if (!('A_Expr' in condition)) return false;
  const { lexpr, rexpr } = condition.A_Expr;
  return [lexpr, rexpr].every((side) => side !== undefined && 'ColumnRef' in side);
}
