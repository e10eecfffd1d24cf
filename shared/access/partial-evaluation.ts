import { isWithin } from '../domain/regions';
import { type Comparison, type Expression, literal, type Value } from './expression';
import type { Action } from './rule-vocabulary';

/** The facts of a request that are known before any record is loaded. */
export interface Known {
  readonly action: Action;
  /** The requested data class, and its grade. */
  readonly classes: readonly string[];
  readonly principal: { readonly roles: readonly string[]; readonly agency: string; readonly region: string };
  /** An attribute that is undefined is missing. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Record attributes that are known before the record is loaded: the name of a mutation. */
  readonly resource?: Readonly<Record<string, Value>>;
}

/** The result of an expression: a value, or undefined for Cedar's evaluation error. */
export type Evaluated = Value | undefined;

/**
 * Evaluates an expression without a record; the residual reads only attributes of the record. Keeps Cedar's order of
 * evaluation, so that errors occur exactly where they occur in Cedar.
 */
export function fold(expression: Expression, known: Known): Expression {
  const of = (part: Expression): Expression => fold(part, known);
  switch (expression.kind) {
    case 'literal':
    case 'error':
      return expression;
    case 'variable':
      return expression.name === 'action' ? literal(known.action) : expression;
    case 'attribute':
    case 'has':
      return foldAttribute(expression, known);
    case 'not': {
      const argument = of(expression.argument);
      return whenKnown([argument], ([value]) => !value, { kind: 'not', argument });
    }
    case 'and': {
      const left = of(expression.left);
      if (left.kind === 'error' || isLiteral(left, false)) return left;
      const right = of(expression.right);
      if (isLiteral(left, true)) return right;
      return isLiteral(right, true) ? left : { kind: 'and', left, right };
    }
    case 'or': {
      const left = of(expression.left);
      if (left.kind === 'error' || isLiteral(left, true)) return left;
      const right = of(expression.right);
      if (isLiteral(left, false)) return right;
      return isLiteral(right, false) ? left : { kind: 'or', left, right };
    }
    case 'if': {
      const test = of(expression.test);
      if (test.kind === 'error') return test;
      if (test.kind === 'literal') return of(test.value === true ? expression.yes : expression.no);
      return { kind: 'if', test, yes: of(expression.yes), no: of(expression.no) };
    }
    case 'comparison': {
      const [left, right] = [of(expression.left), of(expression.right)];
      return whenKnown([left, right], ([a, b]) => compare(expression.operator, a as Value, b as Value), {
        ...expression,
        left,
        right,
      });
    }
    case 'in':
      return foldIn(expression, known);
    case 'isEmpty': {
      const argument = of(expression.argument);
      return whenKnown([argument], ([value]) => (value as readonly Value[]).length === 0, {
        kind: 'isEmpty',
        argument,
      });
    }
    case 'like': {
      const argument = of(expression.argument);
      return whenKnown([argument], ([text]) => matches(String(text), expression.pattern), { ...expression, argument });
    }
    case 'set': {
      const items = expression.items.map(of);
      return whenKnown(items, (values) => values, { kind: 'set', items });
    }
  }
}

/** Sets are equal if they have the same members. */
export function equal(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return containsAll(a, b) && containsAll(b, a);
}

export function compare(operator: Comparison, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case 'contains':
      return contains(left as readonly Value[], right);
    case 'containsAll':
      return containsAll(left as readonly Value[], right as readonly Value[]);
    case 'containsAny':
      return (right as readonly Value[]).some((item) => contains(left as readonly Value[], item));
  }
}

/** Whether a region is in another one or in one of several; any other entity is only in itself. */
export function belongs(hierarchy: 'region' | 'identity', left: Value, right: Value): boolean {
  if (Array.isArray(right)) return right.some((one) => belongs(hierarchy, left, one));
  return hierarchy === 'region' ? isWithin(String(left), String(right)) : left === right;
}

/** Cedar's `like`: null stands for its wildcard `*`. */
export function matches(text: string, pattern: readonly (string | null)[]): boolean {
  // Cedar's pattern has one literal per character; runs between wildcards are searched from the left.
  const runs = [''];
  for (const part of pattern) {
    if (part === null) runs.push('');
    else runs[runs.length - 1] += part;
  }
  const [first = '', ...rest] = runs;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const run of rest) {
    const found = text.indexOf(run, from);
    if (found < 0) return false;
    from = found + run.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

// Private:

function contains(set: readonly Value[], item: Value): boolean {
  return Array.isArray(item) ? set.some((member) => equal(member, item)) : set.includes(item);
}

function containsAll(set: readonly Value[], items: readonly Value[]): boolean {
  return items.every((item) => contains(set, item));
}

function isLiteral(expression: Expression, value: boolean): boolean {
  return expression.kind === 'literal' && expression.value === value;
}

/** Evaluates an operation if all its operands are known; the first error, from left to right, is its result. */
function whenKnown(
  operands: readonly Expression[],
  result: (values: readonly Value[]) => Value,
  residual: Expression,
): Expression {
  const values: Value[] = [];
  for (const operand of operands) {
    if (operand.kind === 'error') return operand;
    if (operand.kind === 'literal') values.push(operand.value);
  }
  return values.length === operands.length ? literal(result(values)) : residual;
}

function foldAttribute(expression: Expression & { kind: 'attribute' | 'has' }, known: Known): Expression {
  const { kind, of, name } = expression;
  if (of.kind === 'variable' && of.name === 'resource') {
    const value = known.resource?.[name];
    if (value === undefined) return expression;
    return literal(kind === 'has' ? true : value);
  }
  if (of.kind === 'error') return of;
  const container = containerOf(of, known);
  if (container === undefined) return { kind: 'error' };
  const value = Object.hasOwn(container, name) ? container[name] : undefined;
  if (kind === 'has') return literal(value !== undefined);
  return value === undefined ? { kind: 'error' } : literal(value as Value);
}

/** The caller, the context, or the grant within it. */
function containerOf(of: Expression, known: Known): Readonly<Record<string, unknown>> | undefined {
  if (of.kind === 'variable') return of.name === 'principal' ? known.principal : known.context;
  if (of.kind !== 'attribute') return undefined;
  return containerOf(of.of, known)?.[of.name] as Readonly<Record<string, unknown>> | undefined;
}

function foldIn(expression: Expression & { kind: 'in' }, known: Known): Expression {
  const { hierarchy, left, right } = expression;
  if (hierarchy === 'role' || hierarchy === 'class') {
    const groups = right.kind === 'literal' ? [right.value].flat() : [];
    const member = hierarchy === 'role' ? known.principal.roles : known.classes;
    return literal(groups.some((group) => member.includes(String(group))));
  }
  const [of, within] = [fold(left, known), fold(right, known)];
  return whenKnown([of, within], ([a, b]) => belongs(hierarchy, a as Value, b as Value), {
    kind: 'in',
    hierarchy,
    left: of,
    right: within,
  });
}
