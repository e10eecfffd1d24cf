import type { Expression } from './expression';

/** The attributes of the record that a rule looks at. Which classes a record is in is settled by the request: it asks for one. */
export function recordAttributes(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'literal':
    case 'error':
    case 'variable':
      return [];
    case 'attribute':
    case 'has':
      return isRecord(expression.of) ? [expression.name] : recordAttributes(expression.of);
    case 'not':
    case 'isEmpty':
    case 'like':
      return recordAttributes(expression.argument);
    case 'if':
      return [expression.test, expression.yes, expression.no].flatMap(recordAttributes);
    case 'set':
      return expression.items.flatMap(recordAttributes);
    case 'and':
    case 'or':
    case 'comparison':
    case 'in':
      return [expression.left, expression.right].flatMap(recordAttributes);
  }
}

const isRecord = (expression: Expression): boolean => expression.kind === 'variable' && expression.name === 'resource';
