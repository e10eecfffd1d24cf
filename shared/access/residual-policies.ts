import type { AccessContext } from '../protocol/context-token';
import type { AgencyRules } from './agency-rules';
import type { DataClass, DataClassName } from './catalogue';
import { compile, type ResourceAttributes } from './compile';
import type { Expression } from './expression';
import { fold, type Known } from './partial-evaluation';
import type { Policy } from './policies';
import { resourceAttributesIn } from './resource-attributes';
import type { Action } from './rule-vocabulary';
import { and, type Columns, FALSE, not, or, type SqlCondition, TRUE, toSql } from './to-sql';

/** An agency's rules about one of its data classes. */
export interface ClassPolicies {
  readonly name: DataClassName;
  readonly dataClass: DataClass;
  readonly byAction: Readonly<Record<Action, readonly Policy[]>>;
}

/** Groups rules by data class. An agency's rules do not apply to another agency's classes. */
export function policiesByClass({ catalogue, policies }: AgencyRules): readonly ClassPolicies[] {
  return [...catalogue.classes].map(([name, dataClass]) => {
    const own = policies.filter((policy) => concerns(policy, [name, dataClass.grade]));
    const forAction = (action: Action) => own.filter(({ actions }) => actions.has(action));
    return {
      name,
      dataClass,
      byAction: {
        read: forAction('read'),
        readMasked: forAction('readMasked'),
        learnRefusal: forAction('learnRefusal'),
        write: forAction('write'),
      },
    };
  });
}

/** The decisions about one data class for one kind of caller. */
export interface ClassRules {
  readonly name: DataClassName;
  readonly read: Permission;
  readonly readMasked: Permission;
  /** For one mutation by name, or for any mutation. */
  readonly write: (mutation?: string) => Permission;
  /** Whether a refusal is visible. */
  readonly refusalIsVisible: boolean;
  /**
   * Whether the decision about a silent class would reveal a fact of the record: true if it depends on more than the
   * record's region and child.
   */
  readonly tellsFact: boolean;
}

/** The decision about one action on one data class: the same for all records, or by record. */
export interface Permission {
  readonly outcome: 'always' | 'never' | 'residual';
  /** Record attributes that it depends on. */
  readonly attributes: readonly string[];
  readonly test: (record: ResourceAttributes) => boolean;
  readonly rows: (columns: Columns) => SqlCondition;
}

/** Evaluates an agency's rules as far as the request allows, and leaves a residual for the record. */
export function residualPolicies({ name, dataClass, byAction }: ClassPolicies, context: AccessContext): ClassRules {
  const permission = (action: Action, mutation?: string) =>
    permissionFor(byAction[action], knownOf({ name, dataClass, action, context, mutation }));
  const [read, readMasked] = [permission('read'), permission('readMasked')];
  // A refusal may be visible only to a caller to whom every record is refused; otherwise it would reveal a fact of the
  // record.
  const learns = () =>
    read.outcome === 'never' && readMasked.outcome === 'never' && permission('learnRefusal').outcome === 'always';
  const byMutation = new Map<string | undefined, Permission>();
  const write = (mutation?: string) => {
    const known = byMutation.get(mutation) ?? permission('write', mutation);
    byMutation.set(mutation, known);
    return known;
  };
  const facts = [...read.attributes, ...readMasked.attributes].some((attribute) => !WHOSE.has(attribute));
  return {
    name,
    read,
    readMasked,
    write,
    refusalIsVisible: dataClass.refusal === 'denied' || learns(),
    tellsFact: dataClass.refusal === 'absent' && facts,
  };
}

/** The question about one data class. */
export interface ClassRequest extends Pick<ClassPolicies, 'name' | 'dataClass'> {
  readonly action: Action;
  readonly context: AccessContext;
  /** The requested mutation, if any. */
  readonly mutation?: string | undefined;
}

/** Everything a rule about a data class can read before a record is loaded. */
export function knownOf({ name, dataClass, action, context, mutation }: ClassRequest): Known {
  const { caller, purpose, reasonGiven, grant } = context;
  return {
    action,
    classes: [name, dataClass.grade],
    principal: caller,
    context: { purpose, reasonGiven, grant: grant ?? undefined },
    ...(mutation !== undefined && { resource: { mutation } }),
  };
}

/** One rule with its residual, which the record decides. */
export interface AppliedPolicy {
  readonly residual: Expression;
  /**
   * Whether the rule applies to every record, to none, or by the residual. If its condition fails with an error, a
   * permit applies to no record, a forbid to every one.
   */
  readonly applies: 'always' | 'never' | 'residual';
}

export function apply({ effect, condition }: Policy, known: Known): AppliedPolicy {
  const residual = fold(condition, known);
  const settled = residual.kind === 'literal' ? residual.value === true : undefined;
  if (effect === 'permit') {
    return { residual, applies: settled === true ? 'always' : canHold(residual) ? 'residual' : 'never' };
  }
  if (settled === false) return { residual, applies: 'never' };
  return { residual, applies: settled === true || residual.kind === 'error' ? 'always' : 'residual' };
}

const NEVER: Permission = { outcome: 'never', attributes: [], test: () => false, rows: () => FALSE };
const ALWAYS: Permission = { outcome: 'always', attributes: [], test: () => true, rows: () => TRUE };

/** Refuses a class that no catalogue lists to everyone, silently. */
export const unlisted = (name: DataClassName): ClassRules => ({
  name,
  read: NEVER,
  readMasked: NEVER,
  write: () => NEVER,
  refusalIsVisible: false,
  tellsFact: false,
});

/** Attributes that tell whose a record is and reveal nothing of its content. */
const WHOSE: ReadonlySet<string> = new Set(['region', 'child']);

// Private:

/**
 * Whether a rule can apply to a class. A permit with an error counts as false, so any of its conjuncts may exclude the
 * class; of a forbid, only its scope may.
 */
function concerns({ effect, dataClass, condition }: Policy, classes: readonly string[]): boolean {
  if (dataClass !== undefined && dataClass !== classes[0]) return false;
  return effect === 'forbid' || mayHold(condition, classes);
}

function mayHold(condition: Expression, classes: readonly string[]): boolean {
  if (condition.kind === 'and') return mayHold(condition.left, classes) && mayHold(condition.right, classes);
  if (condition.kind !== 'in' || condition.hierarchy !== 'class' || condition.right.kind !== 'literal') return true;
  return [condition.right.value].flat().some((group) => classes.includes(String(group)));
}

/** Deny by default; a forbid overrides every permit. A failing permit does not count, a failing forbid does. */
function permissionFor(policies: readonly Policy[], known: Known): Permission {
  const permits: Expression[] = [];
  const forbids: Expression[] = [];
  for (const policy of policies) {
    const { residual, applies } = apply(policy, known);
    if (applies === 'never') continue;
    if (policy.effect === 'permit') permits.push(residual);
    else if (applies === 'always') return NEVER;
    else forbids.push(residual);
  }
  if (permits.length === 0) return NEVER;
  if (forbids.length === 0 && permits.some(({ kind }) => kind === 'literal')) return ALWAYS;
  return {
    outcome: 'residual',
    attributes: [...permits, ...forbids].flatMap(resourceAttributesIn),
    test: testOf(permits, forbids),
    rows: (columns) => rowsOf(permits, forbids, columns),
  };
}

/** Whether a permit could hold for some record: not if any of its conjuncts is false. */
function canHold(residual: Expression): boolean {
  switch (residual.kind) {
    case 'error':
      return false;
    case 'literal':
      return residual.value === true;
    case 'and':
      return canHold(residual.left) && canHold(residual.right);
    case 'or':
      return canHold(residual.left) || canHold(residual.right);
    default:
      return true;
  }
}

function testOf(
  permits: readonly Expression[],
  forbids: readonly Expression[],
): (record: ResourceAttributes) => boolean {
  const permitting = permits.map(compile);
  const forbidding = forbids.map(compile);
  return (record) =>
    permitting.some((permit) => permit(record) === true) && forbidding.every((forbid) => forbid(record) === false);
}

function rowsOf(permits: readonly Expression[], forbids: readonly Expression[], columns: Columns): SqlCondition {
  const permitted = permits.map((residual) => toSql(residual, columns).holds).reduce(or, FALSE);
  return forbids.reduce((rows, residual) => {
    const { holds, fails } = toSql(residual, columns);
    return and(rows, not(or(holds, fails)));
  }, permitted);
}
