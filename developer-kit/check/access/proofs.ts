import type { DataClassName } from '../../../shared/access/catalogue';
import type { Policy } from '../../../shared/access/policies';
import type { ClassPolicies } from '../../../shared/access/residual-policies';
import { ACTIONS, type Action } from '../../../shared/access/rule-vocabulary';
import { type Diagram, TooLarge } from './decision-diagram';
import { contentOf, type PolicyDiff } from './policy-diff';
import { type Asked, Propositions } from './propositions';
import { requestRelations } from './request-relations';

/** A changed rule that may answer more about a class than before. */
export interface UnshownOpening {
  readonly policy: Policy;
  readonly dataClass: DataClassName;
  readonly action: Action;
  /** When it would: `context.purpose is VISIT`; undefined if the rules are too many to decide. */
  readonly example: string | undefined;
}

/** What is proven of a class whose rules differ, for each action. */
export interface Proof {
  readonly dataClass: DataClassName;
  readonly changed: readonly Policy[];
  readonly openings: readonly UnshownOpening[];
  /** Whether the rules are proven to answer everything as before. */
  readonly isSame: boolean;
}

/**
 * Compares the rules of every class before and after, over all requests and records there can be, instead of samples.
 * It knows no values but those that the rules name, so it may suspect an opening where none is, and misses none.
 */
export function proofsOf({ before, after }: PolicyDiff): readonly Proof[] {
  return [...after.classes.values()].flatMap((is) => {
    const was = before.classes.get(is.name);
    if (was === undefined) return [];
    return ACTIONS.flatMap((action) => {
      const changed = changedIn(was, is, action);
      return changed.length === 0 ? [] : [proofOf(was, is, action, changed)];
    });
  });
}

// Private:

/** New or changed rules, and former ones that are gone or changed. */
function changedIn(was: ClassPolicies, is: ClassPolicies, action: Action): readonly Policy[] {
  const grade = was.dataClass.grade !== is.dataClass.grade;
  const [then, now] = [was.byAction[action], is.byAction[action]];
  const without = (some: readonly Policy[], others: readonly Policy[]) => {
    const known = new Set(others.map(contentOf));
    return grade ? some : some.filter((policy) => !known.has(contentOf(policy)));
  };
  return [...without(now, then), ...without(then, now)];
}

function proofOf(was: ClassPolicies, is: ClassPolicies, action: Action, changed: readonly Policy[]): Proof {
  const { name } = is;
  try {
    const propositions = new Propositions();
    const { diagrams } = propositions;
    const askedAs = ({ dataClass }: ClassPolicies): Asked => ({ classes: [name, dataClass.grade], action });
    const permitted = (side: ClassPolicies, of: Action): Diagram => {
      const some = (effect: Policy['effect']) =>
        side.byAction[of]
          .filter((policy) => policy.effect === effect)
          .map(({ condition }) => propositions.of(condition, { ...askedAs(side), action: of }));
      return diagrams.and(diagrams.or(...some('permit')), diagrams.not(diagrams.or(...some('forbid'))));
    };
    const [then, now] = [permitted(was, action), permitted(is, action)];
    // Whoever was answered in clear is not shown more by a mask.
    const shown = action === 'readMasked' ? diagrams.or(then, permitted(was, 'read')) : then;
    const relations = diagrams.and(propositions.relations(), requestRelations(propositions));
    const more = diagrams.and(relations, now, diagrams.not(shown));
    const openings = changed.flatMap((policy) => {
      // A permit opens where it holds, and a forbid that is gone where it held.
      const isNow = is.byAction[action].includes(policy);
      if (isNow !== (policy.effect === 'permit')) return [];
      const part = diagrams.and(more, propositions.of(policy.condition, askedAs(isNow ? is : was)));
      const example = diagrams.example(part);
      if (example === undefined) return [];
      return [{ policy, dataClass: name, action, example: propositions.inWords(example) }];
    });
    const less = diagrams.and(relations, then, diagrams.not(now));
    return { dataClass: name, changed, openings, isSame: more === false && less === false };
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const openings = changed.map((policy) => ({ policy, dataClass: name, action, example: undefined }));
    return { dataClass: name, changed, openings, isSame: false };
  }
}
