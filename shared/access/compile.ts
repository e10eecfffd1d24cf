import type { Expression, Value } from './expression';
import { belongs, compare, type Evaluated, matches } from './partial-evaluation';

/** A record's attributes, as rules read them: entities are their ids, and missing attributes are undefined or null. */
export interface ResourceAttributes {
  /** A region code. */
  readonly region: string;
  /** The child's pseudonym. */
  readonly child?: string | null | undefined;
  /** Pseudonyms of all children of a record about several; for the ledger, not readable by rules. */
  readonly about?: readonly string[];
  readonly [attribute: string]: Value | null | undefined;
}

export type Evaluate = (record: ResourceAttributes) => Evaluated;

/**
 * Compiles a residual expression into a function of the record. Undefined is Cedar's evaluation error and propagates
 * like it.
 */
export function compile(residual: Expression): Evaluate {
  switch (residual.kind) {
    case 'literal': {
      const { value } = residual;
      return () => value;
    }
    case 'error':
    case 'variable':
      return () => undefined;
    case 'attribute': {
      const { name } = residual;
      return (record) => record[name] ?? undefined;
    }
    case 'has': {
      const { name } = residual;
      return (record) => (record[name] ?? undefined) !== undefined;
    }
    case 'not': {
      const argument = compile(residual.argument);
      return (record) => {
        const value = argument(record);
        return value === undefined ? undefined : !value;
      };
    }
    case 'and':
    case 'or': {
      const [left, right] = [compile(residual.left), compile(residual.right)];
      const goesOn = residual.kind === 'and';
      return (record) => {
        const value = left(record);
        return value === goesOn ? right(record) : value;
      };
    }
    case 'if': {
      const [test, yes, no] = [residual.test, residual.yes, residual.no].map(compile) as Evaluate[];
      return (record) => {
        const value = test?.(record);
        if (value === undefined) return undefined;
        return value === true ? yes?.(record) : no?.(record);
      };
    }
    case 'comparison':
      return compileComparison(residual);
    case 'in': {
      const hierarchy = residual.hierarchy === 'region' ? 'region' : 'identity';
      return binary(residual, (left, right) => belongs(hierarchy, left, right));
    }
    case 'isEmpty': {
      const argument = compile(residual.argument);
      return (record) => {
        const value = argument(record);
        return value === undefined ? undefined : (value as readonly Value[]).length === 0;
      };
    }
    case 'like': {
      const argument = compile(residual.argument);
      return (record) => {
        const value = argument(record);
        return value === undefined ? undefined : matches(String(value), residual.pattern);
      };
    }
    case 'set': {
      const items = residual.items.map(compile);
      return (record) => {
        const values = items.map((item) => item(record));
        return values.includes(undefined) ? undefined : (values as Value[]);
      };
    }
  }
}

// Private:

function binary(
  { left, right }: { readonly left: Expression; readonly right: Expression },
  result: (left: Value, right: Value) => boolean,
): Evaluate {
  const [a, b] = [compile(left), compile(right)];
  return (record) => {
    const value = a(record);
    if (value === undefined) return undefined;
    const other = b(record);
    return other === undefined ? undefined : result(value, other);
  };
}

/** A grant may cover many children, so membership in a literal set is a hash lookup. */
function compileComparison(residual: Expression & { kind: 'comparison' }): Evaluate {
  const { operator, left, right } = residual;
  if (operator !== 'contains' || left.kind !== 'literal') return binary(residual, (a, b) => compare(operator, a, b));
  const members = left.value as readonly Value[];
  if (members.some(Array.isArray)) return binary(residual, (a, b) => compare(operator, a, b));
  const known = new Set(members);
  const item = compile(right);
  return (record) => {
    const value = item(record);
    return value === undefined ? undefined : known.has(value);
  };
}
