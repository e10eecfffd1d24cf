import { type Expression, partsOf } from './expression';

/** The attributes of the record that a rule looks at. Which classes a record is in is settled by the request: it asks for one. */
export function resourceAttributesIn(expression: Expression): readonly string[] {
  const asks = (expression.kind === 'attribute' || expression.kind === 'has') && isRecord(expression.of);
  return asks ? [expression.name] : partsOf(expression).flatMap(resourceAttributesIn);
}

const isRecord = (expression: Expression): boolean => expression.kind === 'variable' && expression.name === 'resource';
