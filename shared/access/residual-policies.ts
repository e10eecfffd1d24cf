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

/** What an agency's rules say about one of its data classes. */
export interface ClassPolicies {
  readonly name: DataClassName;
  readonly dataClass: DataClass;
  readonly byAction: Readonly<Record<Action, readonly Policy[]>>;
}

/** The rules about each data class. An agency's rules say nothing about another's classes. */
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

/** One data class, as one kind of caller is answered about it. */
export interface ClassRules {
  readonly name: DataClassName;
  readonly read: Permission;
  readonly readMasked: Permission;
  /** Of one mutation, by its name; of any, where none is named. */
  readonly write: (mutation?: string) => Permission;
  /** Whether a refusal says so. */
  readonly saysSo: boolean;
  /** Whether an answer of a silent class would tell a fact of the record: it depends on more than whose it is. */
  readonly tellsFact: boolean;
}

/** One action on one data class: settled for all records, or by each. */
export interface Permission {
  readonly outcome: 'always' | 'never' | 'residual';
  /** The attributes of the record that it depends on. */
  readonly attributes: readonly string[];
  readonly test: (record: ResourceAttributes) => boolean;
  readonly rows: (columns: Columns) => SqlCondition;
}

/** Works out all that a request settles, and leaves what depends on the record. */
export function residualPolicies({ name, dataClass, byAction }: ClassPolicies, context: AccessContext): ClassRules {
  const permission = (action: Action, mutation?: string) =>
    permissionFor(byAction[action], knownOf({ name, dataClass, action, context, mutation }));
  const [read, readMasked] = [permission('read'), permission('readMasked')];
  // Told to those only who are refused every record alike, and told of each: else being told would be the answer.
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
    saysSo: dataClass.refusal === 'denied' || learns(),
    tellsFact: dataClass.refusal === 'absent' && facts,
  };
}

/** What is asked of one data class. */
export interface ClassRequest extends Pick<ClassPolicies, 'name' | 'dataClass'> {
  readonly action: Action;
  readonly context: AccessContext;
  /** The one that is to be carried out, where one is. */
  readonly mutation?: string | undefined;
}

/** All that a rule about a data class can know before a record is looked at. */
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

/** One rule, with what is left of it for a record to decide. */
export interface AppliedPolicy {
  readonly residual: Expression;
  /** To every record, to none, or to whichever the residual says. A permit that fails applies to none, a forbid to every one. */
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

/** A class that no catalogue lists is refused to everyone, in silence. */
export const unlisted = (name: DataClassName): ClassRules => ({
  name,
  read: NEVER,
  readMasked: NEVER,
  write: () => NEVER,
  saysSo: false,
  tellsFact: false,
});

/** Attributes that say whose record it is, and nothing of what is in it. */
const WHOSE: ReadonlySet<string> = new Set(['region', 'child']);

// Private:

/**
 * Whether a rule can matter for a class. A permit that fails counts for as little as one that is false, so that whichever
 * part of it asks for other classes settles it; of a forbid, the scope alone does.
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

/** Deny by default; a forbid beats every permit. Of two that fail, the permit does not count and the forbid does. */
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

/** Whether there may be a record for which a permit holds: whatever stands first in it, one part that cannot settles it. */
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
