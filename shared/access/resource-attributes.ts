import { type Expression, partsOf } from './expression';

/** The record attributes that a rule reads, without data classes, which the request settles. */
export function resourceAttributesIn(expression: Expression): readonly string[] {
  const asks = (expression.kind === 'attribute' || expression.kind === 'has') && isRecord(expression.of);
  return asks ? [expression.name] : partsOf(expression).flatMap(resourceAttributesIn);
}

const isRecord = (expression: Expression): boolean => expression.kind === 'variable' && expression.name === 'resource';
