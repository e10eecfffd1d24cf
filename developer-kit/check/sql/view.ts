import type { Node, RangeVar, SelectStmt, ViewStmt } from 'libpg-query';
import type { FilePlace } from '../../../shared/cli/read-yaml';
import { conditionsOf } from './conditions';
import { type Statement, sqlOf, visitSql } from './statements';

/** @example { sql: 'NOT (tells_placement)', columns: new Set(['tells_placement']) } */
export interface Condition {
  readonly sql: string;
  /** Columns that it reads, without their tables. */
  readonly columns: ReadonlySet<string>;
}

/** A view as its last migration defines it. */
export interface View extends FilePlace {
  /** `exposed.benefit` */
  readonly name: string;
  /** The expression of each column; of a union, those of all its parts. */
  readonly columns: ReadonlyMap<string, string>;
  /** Conditions that a row must meet. */
  readonly conditions: readonly Condition[];
  /** Tables and views that it reads: `base.benefit`. */
  readonly sources: ReadonlySet<string>;
  /** `security_barrier`, `check_option=local` */
  readonly options: readonly string[];
  /** The whole definition on one line. */
  readonly definition: string;
  /**
   * The definition without its columns and its own conditions, which can only lose and narrow something; undefined where
   * they can do more: for unions, groups, limits.
   */
  readonly frame: string | undefined;
}

/** @returns undefined if the statement creates no view. */
export function viewOf({ kind, node, file, line }: Statement): View | undefined {
  const statement = kind === 'ViewStmt' ? (node as { readonly ViewStmt: ViewStmt }).ViewStmt : undefined;
  const query = statement?.query as { readonly SelectStmt?: SelectStmt } | undefined;
  if (statement?.view === undefined || query?.SelectStmt === undefined) return undefined;
  const select = query.SelectStmt;
  const conditions = conditionsOf(select);
  return {
    file,
    line,
    name: relationName(statement.view),
    columns: columnsOf(select, statement.aliases ?? []),
    conditions: conditions.map((condition) => ({ sql: sqlOf(condition), columns: new Set(columnsIn(condition)) })),
    sources: sourcesIn(select),
    options: optionsOf(statement),
    definition: sqlOf(query as Node),
    frame: isPlain(select)
      ? sqlOf({ SelectStmt: { ...select, targetList: [], whereClause: undefined } } as Node)
      : undefined,
  };
}

/** `base.benefit`; without a schema, that of the search path. */
export const relationName = ({ schemaname = 'public', relname = '' }: RangeVar): string => `${schemaname}.${relname}`;

// Private:

const isUnion = ({ op = 'SETOP_NONE' }: SelectStmt): boolean => op !== 'SETOP_NONE';

const isPlain = (select: SelectStmt): boolean =>
  !isUnion(select) &&
  [select.distinctClause, select.groupClause, select.havingClause, select.limitCount, select.limitOffset].every(
    (clause) => clause === undefined,
  );

function columnsOf(select: SelectStmt, aliases: readonly Node[]): ReadonlyMap<string, string> {
  const parts = partsOf(select);
  const [first = []] = parts;
  return new Map(
    first.map(({ name }, index) => [
      nameOfAlias(aliases[index]) ?? name,
      [...new Set(parts.map((part) => part[index]?.sql ?? ''))].join(' / '),
    ]),
  );
}

interface Column {
  readonly name: string;
  readonly sql: string;
}

/** The columns of each part of a union. */
function partsOf(select: SelectStmt): readonly (readonly Column[])[] {
  if (isUnion(select)) return [select.larg, select.rarg].flatMap((one) => (one === undefined ? [] : partsOf(one)));
  return [
    (select.targetList ?? []).flatMap((target) => {
      const { name, val } = 'ResTarget' in target ? target.ResTarget : {};
      return val === undefined ? [] : [{ name: name ?? nameOfValue(val), sql: sqlOf(val) }];
    }),
  ];
}

/** The name that PostgreSQL gives to a column without an alias. */
function nameOfValue(value: Node): string {
  if ('ColumnRef' in value) {
    const last = value.ColumnRef.fields?.at(-1);
    return last !== undefined && 'String' in last ? (last.String.sval ?? '') : sqlOf(value);
  }
  return sqlOf(value);
}

const nameOfAlias = (alias: Node | undefined): string | undefined =>
  alias !== undefined && 'String' in alias ? alias.String.sval : undefined;

function sourcesIn(select: SelectStmt): ReadonlySet<string> {
  const named = new Set<unknown>();
  const found = new Set<string>();
  visitSql(select, (kind, part) => {
    if (kind === 'CommonTableExpr') named.add((part as { readonly ctename?: string }).ctename);
  });
  visitSql(select, (kind, part) => {
    if (kind !== 'RangeVar') return;
    const relation = part as RangeVar;
    if (relation.schemaname !== undefined || !named.has(relation.relname)) found.add(relationName(relation));
  });
  return found;
}

function columnsIn(condition: Node): readonly string[] {
  const found: string[] = [];
  visitSql(condition, (kind, part) => {
    if (kind === 'ColumnRef') found.push(nameOfValue({ ColumnRef: part } as Node));
  });
  return found;
}

function optionsOf({ options = [], withCheckOption = 'NO_CHECK_OPTION' }: ViewStmt): readonly string[] {
  return [
    ...options.flatMap((option) => {
      if (!('DefElem' in option)) return [];
      const { defname = '', arg } = option.DefElem;
      return [arg === undefined ? defname : `${defname}=${sqlOf(arg)}`];
    }),
    ...(withCheckOption === 'NO_CHECK_OPTION' ? [] : [withCheckOption.toLowerCase()]),
  ];
}
