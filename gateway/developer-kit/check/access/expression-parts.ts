import type { Expression } from '../../../../shared/access/expression';

/** What an expression is made of, from the left. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'error':
    case 'variable':
      return [];
    case 'attribute':
    case 'has':
      return [expression.of];
    case 'not':
    case 'isEmpty':
    case 'like':
      return [expression.argument];
    case 'if':
      return [expression.test, expression.yes, expression.no];
    case 'set':
      return expression.items;
    case 'and':
    case 'or':
    case 'comparison':
    case 'in':
      return [expression.left, expression.right];
  }
}
