import type { ResourceAttributes } from '../../../shared/access/compile';
import { classesOf } from '../../../shared/access/labels';
import type { Policy } from '../../../shared/access/policies';
import type { ClassPolicies } from '../../../shared/access/residual-policies';
import type { Agency } from '../../../shared/domain/agencies';
import type { AccessContext } from '../../../shared/protocol/context-token';
import type { Place } from '../finding';
import type { PolicyDiff } from './policy-diff';
import { answerTo, LEVEL, type Question, type Told } from './question';

/** The cause of a changed answer. */
export interface Cause {
  /** `education.visit` */
  readonly words: string;
  readonly places: readonly Place[];
  /** Ids of rules. */
  readonly rules: readonly string[];
  /** Agencies whose folders contain it. */
  readonly agencies: readonly Agency[];
}

export interface Difference {
  readonly before: Question;
  readonly after: Question;
  /** Whether the field is new; its answer then depends only on the current rules. */
  readonly isNew: boolean;
  readonly told: { readonly before: Told; readonly after: Told };
  readonly context: AccessContext;
  readonly record: ResourceAttributes;
}

/** Finds the label, mask, rules or kind of refusal that cause a change. */
export function causeOf(difference: Difference, sides: PolicyDiff): Cause | 'labels' {
  const { before, after, told, context, record } = difference;
  const asked = JSON.stringify(before) !== JSON.stringify(after);
  // If the old label gives the old answer under the new rules, the label is the cause.
  if (asked && answerTo(before, sides.after.rules.decisionsFor(context), record) === told.before) return 'labels';
  const classes = classesOf([...(before.requirement ?? []), ...(after.requirement ?? [])]);
  if (difference.isNew && classes.length === 0) return 'labels';
  const rules = classes.flatMap((name) => rulesOf(name, difference, sides));
  if (rules.length > 0) return rulesCause(rules, sides);
  const turned = classes.filter(
    (name) => sides.before.classes.get(name)?.dataClass.refusal !== sides.after.classes.get(name)?.dataClass.refusal,
  );
  return {
    words: turned.length === 0 ? 'its data classes' : `the refusal of ${turned.join(' and ')}`,
    places: turned.flatMap((name) => sides.placeOfRefusal(name)),
    rules: [],
    agencies: turned.flatMap((name) => sides.ownerOf(name)),
  };
}

// Private:

interface Made {
  readonly policy: Policy;
  readonly agency: Agency;
  /** Whether it was removed. */
  readonly gone: boolean;
}

/** Finds the permits that were added or removed, or else the forbids. */
function rulesOf(
  name: string,
  { told, context, record, after, isNew }: Difference,
  sides: PolicyDiff,
): readonly Made[] {
  const [agency] = sides.ownerOf(name);
  const [was, is] = [sides.before.classes.get(name), sides.after.classes.get(name)];
  if (agency === undefined) return [];
  const opens = LEVEL[told.after] > LEVEL[told.before];
  const more = opens ? told.after : told.before;
  const silent = LEVEL[told.after] === LEVEL[told.before];
  const action = silent ? 'learnRefusal' : ACTION[more];
  const standing = (side: ClassPolicies | undefined) =>
    side === undefined ? [] : sides.standing(side, { action, context, mutation: after.mutation, record });
  const [then, now] = [isNew ? [] : standing(was), standing(is)];
  const without = (some: readonly Policy[], others: readonly Policy[], effect: Policy['effect']) =>
    some.filter((one) => one.effect === effect && !others.some(({ id }) => id === one.id));
  const gained = { permits: without(now, then, 'permit'), forbids: without(now, then, 'forbid') };
  const lost = { permits: without(then, now, 'permit'), forbids: without(then, now, 'forbid') };
  const isMore = silent ? told.after === 'DENIED' : opens;
  const made = isMore ? [gained.permits, lost.forbids] : [lost.permits, gained.forbids];
  const [first = []] = made.filter((some) => some.length > 0);
  const goneIds = new Set(sides.after.policies.get(agency)?.map(({ id }) => id));
  return first.map((policy) => ({ policy, agency, gone: !goneIds.has(policy.id) }));
}

const ACTION = {
  CLEAR: 'read',
  MASKED: 'readMasked',
  DENIED: 'read',
  ABSENT: 'read',
  ALLOWED: 'write',
  REFUSED: 'write',
} as const;

function rulesCause(made: readonly Made[], sides: PolicyDiff): Cause {
  const unique = [...new Map(made.map((one) => [one.policy.id, one])).values()];
  return {
    words: unique.map(({ policy, gone }) => (gone ? `${policy.id}, which was removed` : policy.id)).join(' and '),
    places: unique.map(({ policy, agency }) => sides.placeOfRule(agency, policy)),
    rules: unique.map(({ policy }) => policy.id),
    agencies: [...new Set(unique.map(({ agency }) => agency))],
  };
}
