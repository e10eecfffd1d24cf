import { UUID } from '../domain/uuid';
import type { Comparison, Expression, Value } from './expression';
import { resourceAttributesIn } from './resource-attributes';

/** A SQL condition with `?` for each binding. It is never null: it selects a row or does not. */
export interface SqlCondition {
  readonly sql: string;
  readonly bindings: readonly unknown[];
  /** Region codes; every selected row lies in one of these regions. Undefined if unknown. */
  readonly regions?: readonly string[] | undefined;
}

/** The columns that hold the attributes of a list's records. */
export type Columns = Readonly<
  Record<
    string,
    | { readonly column: string; readonly type: 'text' | 'uuid' | 'boolean' | 'bigint' | 'text[]' }
    /** A set with the column's value as its only element, so that an index on the column can be used. */
    | { readonly column: string; readonly type: 'text'; readonly element: true }
    /** The rows of the list do not have this attribute. */
    | null
  >
>;

/** Thrown for an expression that cannot become SQL; the caller adds the rule and the list. */
export class UntranslatableExpression extends Error {}

/**
 * Translates a residual into SQL. SQL's null is Cedar's missing attribute, so each expression becomes two conditions: when
 * it is true, and when it fails.
 *
 * @throws UntranslatableExpression
 */
export function toSql(
  residual: Expression,
  columns: Columns,
): { readonly holds: SqlCondition; readonly fails: SqlCondition } {
  switch (residual.kind) {
    case 'literal':
      return { holds: residual.value === true ? TRUE : FALSE, fails: FALSE };
    case 'error':
      return { holds: FALSE, fails: TRUE };
    case 'attribute': {
      const value = scalar(residual, columns);
      return { holds: condition(`coalesce(${value.sql}, false)`, value.bindings), fails: value.missing };
    }
    case 'has':
      return { holds: not(scalar({ ...residual, kind: 'attribute' }, columns).missing), fails: FALSE };
    case 'not': {
      const argument = toSql(residual.argument, columns);
      return { holds: isFalse(argument), fails: argument.fails };
    }
    case 'and': {
      const [left, right] = [toSql(residual.left, columns), toSql(residual.right, columns)];
      return { holds: and(left.holds, right.holds), fails: or(left.fails, and(left.holds, right.fails)) };
    }
    case 'or': {
      const [left, right] = [toSql(residual.left, columns), toSql(residual.right, columns)];
      return {
        holds: or(left.holds, and(isFalse(left), right.holds)),
        fails: or(left.fails, and(isFalse(left), right.fails)),
      };
    }
    case 'if': {
      const [test, yes, no] = [residual.test, residual.yes, residual.no].map((part) => toSql(part, columns)) as [
        Translated,
        Translated,
        Translated,
      ];
      return {
        holds: or(and(test.holds, yes.holds), and(isFalse(test), no.holds)),
        fails: or(test.fails, or(and(test.holds, yes.fails), and(isFalse(test), no.fails))),
      };
    }
    case 'comparison': {
      const [left, right] = [scalar(residual.left, columns), scalar(residual.right, columns)];
      return translated(left, right, comparison(residual.operator, left, right));
    }
    case 'in': {
      const [left, right] = [scalar(residual.left, columns), scalar(residual.right, columns)];
      return translated(left, right, belongs(residual.hierarchy, left, right));
    }
    case 'isEmpty': {
      const argument = scalar(residual.argument, columns);
      return translated(argument, argument, { sql: `cardinality(${argument.sql}) = 0`, bindings: argument.bindings });
    }
    case 'like': {
      const argument = scalar(residual.argument, columns);
      const pattern = residual.pattern.map((part) => (part === null ? '%' : escapePattern(part))).join('');
      return translated(argument, argument, {
        sql: `${cast(argument, 'text')} like ?`,
        bindings: [...argument.bindings, pattern],
      });
    }
    case 'variable':
    case 'set':
      throw new UntranslatableExpression(`"${residual.kind}"`);
  }
}

/** The part of a rule that cannot become SQL for any request; undefined if there is none. */
export function translationFault(rule: Expression, columns: Columns): string | undefined {
  try {
    toSql(withoutRequest(rule), columns);
    return undefined;
  } catch (error) {
    if (error instanceof UntranslatableExpression) return error.message;
    throw error;
  }
}

export const TRUE: SqlCondition = { sql: 'true', bindings: [] };
export const FALSE: SqlCondition = { sql: 'false', bindings: [] };

export function and(left: SqlCondition, right: SqlCondition): SqlCondition {
  if (left === FALSE || right === FALSE) return FALSE;
  if (left === TRUE) return right;
  if (right === TRUE) return left;
  const both = condition(`(${left.sql} and ${right.sql})`, [...left.bindings, ...right.bindings]);
  return { ...both, regions: left.regions ?? right.regions };
}

export function or(left: SqlCondition, right: SqlCondition): SqlCondition {
  if (left === TRUE || right === TRUE) return TRUE;
  if (left === FALSE) return right;
  if (right === FALSE) return left;
  const either = condition(`(${left.sql} or ${right.sql})`, [...left.bindings, ...right.bindings]);
  return { ...either, regions: left.regions && right.regions && [...left.regions, ...right.regions] };
}

export function not(argument: SqlCondition): SqlCondition {
  if (argument === TRUE) return FALSE;
  return argument === FALSE ? TRUE : condition(`not (${argument.sql})`, argument.bindings);
}

// Private:

type Translated = ReturnType<typeof toSql>;

/** Substitutes an arbitrary value for everything that the request settles. */
function withoutRequest(expression: Expression): Expression {
  if (resourceAttributesIn(expression).length === 0) return { kind: 'literal', value: '' };
  switch (expression.kind) {
    case 'not':
    case 'isEmpty':
    case 'like':
      return { ...expression, argument: withoutRequest(expression.argument) };
    case 'if':
      return {
        kind: 'if',
        test: withoutRequest(expression.test),
        yes: withoutRequest(expression.yes),
        no: withoutRequest(expression.no),
      };
    case 'and':
    case 'or':
    case 'comparison':
    case 'in':
      return { ...expression, left: withoutRequest(expression.left), right: withoutRequest(expression.right) };
    default:
      return expression;
  }
}

interface Scalar extends SqlCondition {
  readonly missing: SqlCondition;
  /** The type of a column; a literal takes the type of the other operand. */
  readonly type: string | undefined;
  readonly literal: Value | undefined;
  /** Whether it is the record's region. */
  readonly ofRecord?: boolean;
  /** The element of a set that always has exactly one. */
  readonly element?: string;
}

const condition = (sql: string, bindings: readonly unknown[]): SqlCondition => ({ sql, bindings });

const isFalse = ({ holds, fails }: Translated): SqlCondition => and(not(holds), not(fails));

function scalar(expression: Expression, columns: Columns): Scalar {
  if (expression.kind === 'literal') {
    return { sql: '?', bindings: [expression.value], missing: FALSE, type: undefined, literal: expression.value };
  }
  if (expression.kind !== 'attribute' || expression.of.kind !== 'variable') {
    throw new UntranslatableExpression(`"${expression.kind}" as a value`);
  }
  const place = columns[expression.name];
  if (place === undefined) throw new UntranslatableExpression(`attribute "${expression.name}", which has no column`);
  if (place === null) return { sql: 'null', bindings: [], missing: TRUE, type: undefined, literal: undefined };
  const sql = `"${place.column}"`;
  if ('element' in place) {
    const missing = condition(`${sql} is null`, []);
    return { sql: `array[${sql}]`, bindings: [], missing, type: `${place.type}[]`, literal: undefined, element: sql };
  }
  const ofRecord = expression.name === 'region';
  return {
    sql,
    bindings: [],
    missing: condition(`${sql} is null`, []),
    type: place.type,
    literal: undefined,
    ofRecord,
  };
}

function translated(left: Scalar, right: Scalar, holds: SqlCondition): Translated {
  const fails = or(left.missing, left === right ? FALSE : right.missing);
  return { holds: fails === FALSE ? holds : and(not(fails), holds), fails };
}

function cast(operand: Scalar, type: string): string {
  return operand.type === type ? operand.sql : `${operand.sql}::${type}`;
}

const element = (type: string | undefined): string | undefined => type?.replace('[]', '');

/**
 * The type in which two operands or their elements are compared: the column's, so that its index can be used. A uuid is
 * compared as text if PostgreSQL could not read the other value as a uuid, or would read it as a different one.
 */
function commonType(left: Scalar, right: Scalar): string {
  const types = [left, right].flatMap(({ type }) => element(type) ?? []);
  const literals = [left, right].flatMap(({ literal }) => literal ?? []);
  return types.every((type) => type === types[0]) && (types[0] !== 'uuid' || literals.every(isUuid))
    ? (types[0] ?? 'text')
    : 'text';
}

const isUuid = (value: Value): boolean => typeof value === 'string' && UUID.test(value);

function comparison(operator: Comparison, left: Scalar, right: Scalar): SqlCondition {
  // Reading an attribute that no row has always fails.
  if (left.missing === TRUE || right.missing === TRUE) return FALSE;
  const bindings = [...left.bindings, ...right.bindings];
  const type = commonType(left, right);
  switch (operator) {
    case 'contains':
      if (right.type?.endsWith('[]')) throw new UntranslatableExpression('sets of sets');
      if (left.element !== undefined) return condition(`${cast(right, type)} = ${left.element}`, right.bindings);
      // item = any(set)
      return condition(`${cast(right, type)} = any(${cast(left, `${type}[]`)})`, [...right.bindings, ...left.bindings]);
    case 'containsAll':
      return condition(`${cast(left, `${type}[]`)} @> ${cast(right, `${type}[]`)}`, bindings);
    case 'containsAny':
      return condition(`${cast(left, `${type}[]`)} && ${cast(right, `${type}[]`)}`, bindings);
    case '==':
    case '!=': {
      if ([left, right].some(({ type, literal }) => type?.endsWith('[]') || Array.isArray(literal))) {
        throw new UntranslatableExpression('comparing sets');
      }
      const sign = operator === '==' ? '=' : '<>';
      return condition(`${cast(left, type)} ${sign} ${cast(right, type)}`, bindings);
    }
    default:
      return condition(`${cast(left, type)} ${operator} ${cast(right, type)}`, bindings);
  }
}

function belongs(hierarchy: string, left: Scalar, right: Scalar): SqlCondition {
  if (hierarchy !== 'region') {
    if (Array.isArray(right.literal)) return comparison('contains', right, left);
    return comparison('==', left, right);
  }
  const containers = right.literal;
  if (typeof containers === 'string') {
    // Region codes are digits only, so they need no escaping as patterns.
    const within = condition(`${cast(left, 'text')} like ?`, [...left.bindings, `${containers}%`]);
    return { ...within, regions: left.ofRecord ? [containers] : undefined };
  }
  if (Array.isArray(containers)) {
    const within = condition(`${cast(left, 'text')} like any(?::text[])`, [
      ...left.bindings,
      containers.map((container) => `${container}%`),
    ]);
    return { ...within, regions: left.ofRecord ? containers.map(String) : undefined };
  }
  return condition(`starts_with(${cast(left, 'text')}, ${cast(right, 'text')})`, [...left.bindings, ...right.bindings]);
}

function escapePattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
