import type { Expression, Value } from '../../../../shared/access/expression';

export interface Literal {
  readonly value: Value;
  readonly entityType: string | undefined;
}

/** What a rule writes out: texts, numbers and entities, those in sets each by itself. */
export function literalsIn(expression: Expression): readonly Literal[] {
  switch (expression.kind) {
    case 'literal': {
      const { value, entityType } = expression;
      return (Array.isArray(value) ? (value as readonly Value[]) : [value]).map((one) => ({ value: one, entityType }));
    }
    case 'error':
    case 'variable':
      return [];
    case 'attribute':
    case 'has':
      return literalsIn(expression.of);
    case 'not':
    case 'isEmpty':
    case 'like':
      return literalsIn(expression.argument);
    case 'if':
      return [expression.test, expression.yes, expression.no].flatMap(literalsIn);
    case 'set':
      return expression.items.flatMap(literalsIn);
    case 'in':
      // Roles and classes are no values of attributes.
      if (expression.hierarchy === 'role' || expression.hierarchy === 'class') return [];
      return [expression.left, expression.right].flatMap(literalsIn);
    case 'and':
    case 'or':
    case 'comparison':
      return [expression.left, expression.right].flatMap(literalsIn);
  }
}
