import type { CedarValueJson, Expr, ExprNoExt } from '@cedar-policy/cedar-wasm/nodejs';
import { REGION_CODE } from '../domain/regions';
import {
  type Attributes,
  attributeType,
  CONTEXT_ATTRIBUTES,
  GRANT_ATTRIBUTES,
  PRINCIPAL_ATTRIBUTES,
} from './rule-vocabulary';

/**
 * A value in a rule. Entities are their ids: strict validation ensures that only equal types are compared, and their
 * type has settled the meaning of `in` when the rule was read.
 */
export type Value = boolean | number | string | readonly Value[];

/** The meaning of `in`: code prefix for regions, membership for officers and records, identity otherwise. */
export type Hierarchy = 'region' | 'role' | 'class' | 'identity';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'containsAll' | 'containsAny';

export type Variable = 'principal' | 'action' | 'resource' | 'context';

/** The subset of Cedar's expressions that rules may use; https://docs.cedarpolicy.com/policies/json-format.html */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value; readonly entityType?: string }
  /** Cedar's evaluation error, such as reading a missing attribute. */
  | { readonly kind: 'error' }
  | { readonly kind: 'variable'; readonly name: Variable }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'has'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'not'; readonly argument: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'if'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | {
      readonly kind: 'comparison';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'in'; readonly hierarchy: Hierarchy; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'isEmpty'; readonly argument: Expression }
  | { readonly kind: 'like'; readonly argument: Expression; readonly pattern: readonly (string | null)[] }
  | { readonly kind: 'set'; readonly items: readonly Expression[] };

/** Thrown for an unsupported feature of Cedar; the reader of rules adds rule and place. */
export class UnsupportedExpression extends Error {}

/** Thrown for a rule that tests an unknown attribute with `has`, which Cedar would treat as always missing. */
export class UnknownAttribute extends Error {
  readonly attribute: string;
  readonly known: readonly string[];

  constructor(attribute: string, known: readonly string[]) {
    super(attribute);
    this.attribute = attribute;
    this.known = known;
  }
}

/**
 * Reads an expression in Cedar's JSON format that has passed strict validation.
 *
 * @param attributes of the agency's records.
 * @throws UnsupportedExpression, UnknownAttribute
 */
export function readExpression(json: Expr, attributes: Attributes): Expression {
  const types = typesOf(attributes);
  const read = (json: Expr): Expression => {
    const node = json as ExprNoExt;
    if ('Value' in node) return readLiteral(node.Value);
    if ('Var' in node) return { kind: 'variable', name: node.Var };
    if ('.' in node) return { kind: 'attribute', of: container(node['.'].left), name: node['.'].attr };
    if ('has' in node) return readHas(container(node.has.left), [node.has.attr].flat(), types);
    if ('!' in node) return { kind: 'not', argument: read(node['!'].arg) };
    if ('&&' in node) return { kind: 'and', left: read(node['&&'].left), right: read(node['&&'].right) };
    if ('||' in node) return { kind: 'or', left: read(node['||'].left), right: read(node['||'].right) };
    if ('isEmpty' in node) return { kind: 'isEmpty', argument: read(node.isEmpty.arg) };
    if ('Set' in node) return readSet(node.Set.map(value));
    if ('in' in node) return readIn(read(node.in.left), value(node.in.right), types);
    if ('is' in node) {
      return readIs(read(node.is.left), node.is.entity_type, node.is.in && value(node.is.in), types);
    }
    if ('like' in node) {
      const pattern = node.like.pattern.map((part) => (part === 'Wildcard' ? null : part.Literal));
      return { kind: 'like', argument: value(node.like.left), pattern };
    }
    if ('if-then-else' in node) {
      const { if: test, then, else: otherwise } = node['if-then-else'];
      return { kind: 'if', test: read(test), yes: value(then), no: value(otherwise) };
    }
    const [operator, operands] = Object.entries(node)[0] as [string, { readonly left: Expr; readonly right: Expr }];
    if (!isComparison(operator)) throw new UnsupportedExpression(`uses "${operator}"`);
    return { kind: 'comparison', operator, left: value(operands.left), right: value(operands.right) };
  };

  /** Rules may read attributes of caller and record, but must not identify either. */
  const value = (node: Expr): Expression => {
    const expression = read(node);
    if (expression.kind === 'variable' && expression.name !== 'action') {
      throw new UnsupportedExpression(`uses the ${expression.name} itself instead of an attribute`);
    }
    return expression;
  };

  const container = (node: Expr): Expression => {
    const expression = read(node);
    if (expression.kind === 'variable' || expression.kind === 'attribute') return expression;
    throw new UnsupportedExpression('reads an attribute of an expression other than a variable or an attribute');
  };
  return value(json);
}

export function literal(value: Value): Expression {
  return { kind: 'literal', value };
}

/** The operands of an expression, from left to right. */
export function partsOf(condition: Expression): readonly Expression[] {
  switch (condition.kind) {
    case 'literal':
    case 'error':
    case 'variable':
      return [];
    case 'attribute':
    case 'has':
      return [condition.of];
    case 'not':
    case 'isEmpty':
    case 'like':
      return [condition.argument];
    case 'if':
      return [condition.test, condition.yes, condition.no];
    case 'set':
      return condition.items;
    case 'and':
    case 'or':
    case 'comparison':
    case 'in':
      return [condition.left, condition.right];
  }
}

// Private:

const COMPARISONS: readonly string[] = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'containsAll',
  'containsAny',
] satisfies Comparison[];

const isComparison = (operator: string): operator is Comparison => COMPARISONS.includes(operator);

function readLiteral(json: CedarValueJson): Expression {
  if (typeof json === 'boolean' || typeof json === 'string') return literal(json);
  if (typeof json === 'number') {
    if (!Number.isSafeInteger(json)) throw new UnsupportedExpression('uses a number that is too large');
    return literal(json);
  }
  const entity = (json as { readonly __entity?: { readonly type: string; readonly id: string } } | null)?.__entity;
  if (entity === undefined) throw new UnsupportedExpression('uses a literal that is neither simple nor an entity');
  if (entity.type === 'Officer' || entity.type === 'Record') {
    throw new UnsupportedExpression(`names a single ${entity.type}`);
  }
  if (entity.type === 'Region' && !REGION_CODE.test(entity.id)) {
    throw new UnsupportedExpression(`names a Region "${entity.id}" that does not have 2, 4, 6, 9 or 12 digits`);
  }
  return { kind: 'literal', value: entity.id, entityType: entity.type };
}

/** Folds a set of literals into a literal. */
function readSet(items: readonly Expression[]): Expression {
  const literals = items.filter((item) => item.kind === 'literal');
  if (literals.length < items.length) return { kind: 'set', items };
  const [first] = literals;
  return {
    kind: 'literal',
    value: literals.map(({ value }) => value),
    ...(first?.entityType !== undefined && { entityType: first.entityType }),
  };
}

/** Expands `context has grant.kind` into a test of each attribute on the path. */
function readHas(of: Expression, [name = '', ...further]: readonly string[], types: Types): Expression {
  const known = types[typeOf(of, types) ?? ''] ?? {};
  if (attributeType(known, name) === undefined) {
    throw new UnknownAttribute(
      name,
      Object.keys(known).map((attribute) => attribute.replace('?', '')),
    );
  }
  const has: Expression = { kind: 'has', of, name };
  if (further.length === 0) return has;
  return { kind: 'and', left: has, right: readHas({ kind: 'attribute', of, name }, further, types) };
}

/**
 * The types that officers and records can be `in`; an entity of any other type is only in one of its own type. Strict
 * validation rejects everything else.
 */
const GROUPS: Readonly<Record<string, readonly string[]>> = { Officer: ['Role'], Record: ['DataClass', 'Grade'] };

const HIERARCHIES: Readonly<Record<string, Hierarchy>> = { Officer: 'role', Record: 'class', Region: 'region' };

function readIn(left: Expression, right: Expression, types: Types): Expression {
  const [member, group] = [typeOf(left, types) ?? '', typeOf(right, types)?.replace(/^Set<(.*)>$/, '$1') ?? ''];
  if (!(GROUPS[member] ?? [member]).includes(group)) {
    throw new UnsupportedExpression(`asks whether ${member} is in ${group}`);
  }
  const hierarchy = HIERARCHIES[member] ?? 'identity';
  if ((hierarchy === 'role' || hierarchy === 'class') && right.kind !== 'literal') {
    throw new UnsupportedExpression('asks for membership in something other than a literal');
  }
  return { kind: 'in', hierarchy, left, right };
}

/**
 * Types are known when a rule is read. What remains of `is` is its `in` part, and the error for a missing attribute.
 */
function readIs(of: Expression, type: string, within: Expression | undefined, types: Types): Expression {
  const actual = typeOf(of, types);
  if (actual !== type) throw new UnsupportedExpression(`asks whether ${actual} is ${type}`);
  if (within !== undefined) return readIn(of, within, types);
  if (of.kind === 'variable') return literal(true);
  const equal: Expression = { kind: 'comparison', operator: '==', left: of, right: of };
  return equal;
}

/** Types of attributes by their owner's type. */
type Types = Readonly<Record<string, Readonly<Record<string, string>>>>;

const typesOf = (attributes: Attributes): Types => ({
  Officer: PRINCIPAL_ATTRIBUTES,
  Record: attributes,
  Context: CONTEXT_ATTRIBUTES,
  Grant: GRANT_ATTRIBUTES,
});

/** @returns undefined for anything but an entity or an attribute. */
function typeOf(expression: Expression, types: Types): string | undefined {
  switch (expression.kind) {
    case 'variable':
      return ({ principal: 'Officer', resource: 'Record', action: 'Action', context: 'Context' } as const)[
        expression.name
      ];
    case 'attribute':
      return attributeType(types[typeOf(expression.of, types) ?? ''] ?? {}, expression.name);
    case 'literal':
      return expression.entityType;
    case 'if':
      return typeOf(expression.yes, types);
    case 'set':
      return expression.items[0] && typeOf(expression.items[0], types);
    default:
      return undefined;
  }
}
