import { type Comparison, type Expression, partsOf, type Value } from './expression';
import { fold, type Known } from './partial-evaluation';

/** The conjuncts of a condition, in order. */
export function conjuncts(condition: Expression): readonly Expression[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

/** Describes a condition in words: `context.purpose is one of RISK_ASSESSMENT, VISIT`. */
export function describeCondition(condition: Expression): string {
  switch (condition.kind) {
    case 'literal':
      return valueInWords(condition.value, condition.entityType === undefined);
    case 'error':
      return 'something that cannot be evaluated';
    case 'variable':
      return condition.name;
    case 'attribute':
      return `${describeCondition(condition.of)}.${condition.name}`;
    case 'has':
      return `${describeCondition(condition.of)} has ${condition.name}`;
    case 'not':
      return negated(condition.argument);
    case 'and':
    case 'or':
      return [condition.left, condition.right].map((part) => nested(part, condition.kind)).join(` ${condition.kind} `);
    case 'if':
      return `if ${describeCondition(condition.test)} then ${nested(condition.yes)} else ${nested(condition.no)}`;
    case 'comparison':
      return comparison(condition);
    case 'in':
      return `${nested(condition.left)} in ${group(condition.right)}`;
    case 'isEmpty':
      return `${nested(condition.argument)} is empty`;
    case 'like':
      return `${nested(condition.argument)} is like ${JSON.stringify(condition.pattern.map((part) => part ?? '*').join(''))}`;
    case 'set':
      return condition.items.map(describeCondition).join(', ');
  }
}

/**
 * Describes the request's actual value if a condition does not hold: `it is VISIT`. Gives only the size of a grant's
 * lists, which name children.
 */
export function foundInstead(condition: Expression, known: Known): string | undefined {
  const asked = askedOf(condition);
  const found = asked.map((part) => [describeCondition(part), wordsOfKnown(part, known)] as const);
  const [first] = found;
  if (first === undefined) return undefined;
  if (found.length === 1) return `${asked[0]?.kind === 'variable' ? 'the caller is' : 'it is'} ${first[1]}`;
  return [...new Map(found)].map(([name, value]) => `${name} is ${value}`).join(', ');
}

/** Whether a condition reads the caller and nothing else. */
export function isAboutCaller(condition: Expression): boolean {
  const roots = rootsOf(condition);
  return roots.length > 0 && roots.every((name) => name === 'principal');
}

/** Whether a condition selects the data classes of a rule. */
export function isAboutClass(condition: Expression): boolean {
  return condition.kind === 'in' && condition.hierarchy === 'class';
}

// Private:

const RELATIONS: Readonly<Record<Comparison, string>> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  contains: 'contains',
  containsAll: 'contains all of',
  containsAny: 'contains any of',
};

function comparison({ operator, left, right }: Expression & { kind: 'comparison' }): string {
  // Rules write a choice of values in reverse: [A, B].contains(it).
  if (operator === 'contains' && left.kind === 'literal')
    return `${nested(right)} is one of ${describeCondition(left)}`;
  return `${nested(left)} ${RELATIONS[operator]} ${nested(right)}`;
}

/** Entity ids, without their types. */
const group = (within: Expression): string =>
  within.kind === 'literal' ? valueInWords(within.value, false) : nested(within);

function negated(argument: Expression): string {
  if (argument.kind === 'comparison' && argument.operator === '==') return comparison({ ...argument, operator: '!=' });
  if (argument.kind === 'in') return `${nested(argument.left)} not in ${group(argument.right)}`;
  if (argument.kind === 'has') return `${describeCondition(argument.of)} has no ${argument.name}`;
  return `not ${argument.kind === 'attribute' ? describeCondition(argument) : `(${describeCondition(argument)})`}`;
}

/** Adds parentheses where the text would be ambiguous without. */
function nested(part: Expression, within?: 'and' | 'or'): string {
  const simple = ['literal', 'variable', 'attribute', 'set', 'error'].includes(part.kind);
  const clear =
    within !== undefined && part.kind !== 'if' && (part.kind === within || !['and', 'or'].includes(part.kind));
  return simple || clear ? describeCondition(part) : `(${describeCondition(part)})`;
}

function valueInWords(value: Value, quoted: boolean): string {
  if (Array.isArray(value)) return value.map((one) => valueInWords(one, quoted)).join(', ') || 'nothing';
  return typeof value === 'string' && quoted ? JSON.stringify(value) : String(value);
}

/** The attributes of caller and context that a condition reads; `principal` itself for roles. */
function askedOf(condition: Expression): readonly Expression[] {
  switch (condition.kind) {
    case 'literal':
    case 'error':
      return [];
    case 'variable':
      return condition.name === 'principal' ? [condition] : [];
    case 'attribute':
      return rootOf(condition) === 'resource' ? [] : [condition];
    case 'has':
      return rootOf(condition.of) === 'resource' ? [] : [{ kind: 'attribute', of: condition.of, name: condition.name }];
    default:
      return partsOf(condition).flatMap(askedOf);
  }
}

function wordsOfKnown(part: Expression, known: Known): string {
  if (part.kind === 'variable') return known.principal.roles.join(', ');
  const value = fold(part, known);
  if (value.kind !== 'literal') return 'missing';
  if (Array.isArray(value.value)) return `a list of ${value.value.length}`;
  return typeof value.value === 'object' ? 'present' : String(value.value);
}

function rootsOf(condition: Expression): readonly string[] {
  return condition.kind === 'variable' ? [condition.name] : partsOf(condition).flatMap(rootsOf);
}

const rootOf = (condition: Expression): string | undefined => rootsOf(condition)[0];
