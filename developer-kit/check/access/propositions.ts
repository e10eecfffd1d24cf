import { describeCondition } from '../../../shared/access/describe-condition';
import { type Expression, partsOf, type Value } from '../../../shared/access/expression';
import { equal } from '../../../shared/access/partial-evaluation';
import { isWithin } from '../../../shared/domain/regions';
import { type Assumption, type Diagram, Diagrams } from './decision-diagram';

/** The question about a data class: its name and grade, which rules may name, and the action. */
export interface Asked {
  readonly classes: readonly string[];
  readonly action: string;
}

/**
 * Reads conditions of rules as Boolean functions of propositions: `context.purpose is VISIT`. Strict validation has
 * ensured that no condition fails with an error, so each is either true or false.
 */
export class Propositions {
  readonly diagrams = new Diagrams();
  private readonly known = new Map<string, Proposition>();

  of(condition: Expression, asked: Asked): Diagram {
    const { diagrams } = this;
    const read = (part: Expression): Diagram => this.of(part, asked);
    switch (condition.kind) {
      case 'literal':
        return condition.value === true;
      case 'error':
        return false;
      case 'not':
        return diagrams.not(read(condition.argument));
      case 'and':
        return diagrams.and(read(condition.left), read(condition.right));
      case 'or':
        return diagrams.or(read(condition.left), read(condition.right));
      case 'if':
        return diagrams.choose(read(condition.test), read(condition.yes), read(condition.no));
      case 'comparison':
        return this.ofComparison(condition, asked);
      case 'in':
        return this.ofMembership(condition, asked);
      default:
        return this.proposition(condition);
    }
  }

  /** The proposition of an expression that a rule has named; undefined for any other. */
  named(expression: Expression): Diagram | undefined {
    const key = keyOf(expression);
    return this.known.has(key) ? this.diagrams.proposition(key) : undefined;
  }

  /** What holds between all propositions so far, whatever the request and the record: a region is in one county only. */
  relations(): Diagram {
    const all = [...this.known.values()];
    const { diagrams } = this;
    const pairs = all.flatMap((one) =>
      all.flatMap((other) => {
        const [a, b] = [one, other].map(({ key }) => diagrams.proposition(key)) as [Diagram, Diagram];
        if (implies(one, other)) return [diagrams.or(diagrams.not(a), b)];
        return excludes(one, other) ? [diagrams.not(diagrams.and(a, b))] : [];
      }),
    );
    return diagrams.and(...pairs);
  }

  /** `context.purpose is VISIT and not (context has grant)` */
  inWords(assumptions: readonly Assumption[]): string {
    const words = assumptions.map(({ proposition, holds }) => {
      const text = describeCondition(this.known.get(proposition)?.expression ?? { kind: 'error' });
      return holds ? text : `not (${text})`;
    });
    return words.length === 0 ? 'always' : words.join(' and ');
  }

  private ofComparison(condition: Extract<Expression, { kind: 'comparison' }>, asked: Asked): Diagram {
    const { operator, left, right } = condition;
    const { diagrams } = this;
    if (operator === '!=') return diagrams.not(this.ofComparison({ ...condition, operator: '==' }, asked));
    if (operator === '==') return this.equality(left, right, asked);
    const [items, item] = [valuesOf(left), valuesOf(right)];
    if (operator === 'contains' && items !== undefined) {
      return diagrams.or(...items.map((value) => this.equality(right, { kind: 'literal', value }, asked)));
    }
    if ((operator === 'containsAny' || operator === 'containsAll') && item !== undefined && items === undefined) {
      const each = item.map((value) =>
        this.proposition({ kind: 'comparison', operator: 'contains', left, right: { kind: 'literal', value } }),
      );
      return operator === 'containsAny' ? diagrams.or(...each) : diagrams.and(...each);
    }
    return right.kind === 'literal' && typeof right.value === 'number'
      ? this.order(operator, left, right.value)
      : this.proposition(condition);
  }

  /** All orders are expressed by `<`. */
  private order(operator: string, left: Expression, number: number): Diagram {
    const less = (than: number) =>
      this.proposition({ kind: 'comparison', operator: '<', left, right: { kind: 'literal', value: than } });
    switch (operator) {
      case '<':
        return less(number);
      case '<=':
        return less(number + 1);
      case '>':
        return this.diagrams.not(less(number + 1));
      default:
        return this.diagrams.not(less(number));
    }
  }

  private equality(left: Expression, right: Expression, asked: Asked): Diagram {
    if (left.kind === 'literal' && right.kind !== 'literal') return this.equality(right, left, asked);
    if (left.kind === 'literal' && right.kind === 'literal') return equal(left.value, right.value);
    if (isAction(left) && right.kind === 'literal') return right.value === asked.action;
    if (right.kind === 'literal' && typeof right.value === 'boolean') {
      const one = this.of(left, asked);
      return right.value ? one : this.diagrams.not(one);
    }
    const [first, second] = right.kind === 'literal' || keyOf(left) <= keyOf(right) ? [left, right] : [right, left];
    return this.proposition({ kind: 'comparison', operator: '==', left: first, right: second });
  }

  private ofMembership(condition: Extract<Expression, { kind: 'in' }>, asked: Asked): Diagram {
    const { hierarchy, left, right } = condition;
    const groups = valuesOf(right);
    if (groups === undefined) return this.proposition(condition);
    if (isAction(left)) return groups.includes(asked.action);
    if (hierarchy === 'class') return groups.some((group) => asked.classes.includes(String(group)));
    const { diagrams } = this;
    return diagrams.or(
      ...groups.map((value) => {
        const group: Expression = { kind: 'literal', value };
        return hierarchy === 'identity'
          ? this.equality(left, group, asked)
          : this.proposition({ kind: 'in', hierarchy, left, right: group });
      }),
    );
  }

  private proposition(expression: Expression): Diagram {
    const key = keyOf(expression);
    if (!this.known.has(key)) this.known.set(key, { key, expression });
    return this.diagrams.proposition(key);
  }
}

// Private:

interface Proposition {
  readonly key: string;
  readonly expression: Expression;
}

const keyOf = (expression: Expression): string =>
  JSON.stringify(expression, (name, value) => (name === 'entityType' ? undefined : value));

const isAction = (expression: Expression): boolean => expression.kind === 'variable' && expression.name === 'action';

/** The elements of a literal; undefined for anything else. */
const valuesOf = (expression: Expression): readonly Value[] | undefined =>
  expression.kind === 'literal' ? [expression.value].flat() : undefined;

/** What a proposition compares, and with which literal. */
function comparedIn({ expression }: Proposition): readonly [how: string, what: string, literal: Value] | undefined {
  if (expression.kind !== 'comparison' && expression.kind !== 'in') return undefined;
  const { left, right } = expression;
  if (right.kind !== 'literal') return undefined;
  const how = expression.kind === 'in' ? expression.hierarchy : expression.operator;
  return [how, keyOf(left), right.value];
}

function implies(one: Proposition, other: Proposition): boolean {
  if (one === other) return false;
  const { expression } = other;
  if (expression.kind === 'has') return readsAttribute(one.expression, expression);
  const [a, b] = [comparedIn(one), comparedIn(other)];
  if (a === undefined || b === undefined || a[0] !== b[0] || a[1] !== b[1]) return false;
  if (a[0] === 'region') return isWithin(String(a[2]), String(b[2]));
  return a[0] === '<' && Number(a[2]) < Number(b[2]);
}

/** Whether both cannot hold: one thing has one value and lies in one of two separate regions; what is empty contains nothing. */
function excludes(one: Proposition, other: Proposition): boolean {
  if (one === other) return false;
  const [a, b] = [comparedIn(one), comparedIn(other)];
  if (a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1]) {
    // Sets are equal in any order.
    if (a[0] === '==') return !equal(a[2], b[2]);
    return a[0] === 'region' && !isWithin(String(a[2]), String(b[2])) && !isWithin(String(b[2]), String(a[2]));
  }
  const { expression } = one;
  const contains = other.expression.kind === 'comparison' && other.expression.operator === 'contains';
  return (
    expression.kind === 'isEmpty' &&
    contains &&
    keyOf(expression.argument) === keyOf((other.expression as { left: Expression }).left)
  );
}

/** Whether an expression is true only where an attribute is there. */
function readsAttribute(expression: Expression, { of, name }: Extract<Expression, { kind: 'has' }>): boolean {
  if (expression.kind === 'attribute' && expression.name === name) {
    if (keyOf(expression.of) === keyOf(of)) return true;
  }
  return partsOf(expression).some((part) => readsAttribute(part, { kind: 'has', of, name }));
}
