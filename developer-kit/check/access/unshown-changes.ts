import type { Policy } from '../../../shared/access/policies';
import { digestOf } from '../digest';
import type { Finding } from '../finding';
import { listed } from './describe';
import { contentOf, type PolicyDiff, rulesOf } from './policy-diff';
import { proofsOf } from './proofs';

/** Ids of rules that cause changes which the questions have shown: any, and openings. */
export interface ShownChanges {
  readonly effective: ReadonlySet<string>;
  readonly opened: ReadonlySet<string>;
}

/**
 * Reports what the questions have not shown of changed rules. A rule that may answer more than before is an opening; only a
 * rule that is proven to answer as before has no effect.
 */
export function unshownChanges({ effective, opened }: ShownChanges, sides: PolicyDiff): readonly Finding[] {
  const proofs = proofsOf(sides);
  return changedRules(sides).flatMap(({ policy, isNew, isGone }): readonly Finding[] => {
    const { id } = policy;
    const own = proofs.filter(({ changed }) => changed.some((one) => one.id === id));
    const openings = own.flatMap((proof) => proof.openings).filter((one) => one.policy.id === id);
    const agencies = sides.ownerOf(id);
    const [agency] = agencies;
    if (agency === undefined) return [];
    const finding = (what: string, severity: Finding['severity'], says: string): readonly Finding[] => [
      {
        what,
        severity,
        agencies,
        message: `${id} is ${isNew ? 'new' : isGone ? 'gone' : 'changed'}, ${says}`,
        places: [sides.placeOfRule(agency, policy)],
        digest: digestOf(JSON.stringify(policy.condition)),
      },
    ];
    if (openings.length > 0 && !opened.has(id)) {
      const classes = listed([...new Set(openings.map(({ dataClass }) => dataClass))]);
      const example = openings.find((one) => one.example !== undefined)?.example;
      const when = example === undefined ? 'the rules are too many to decide' : `for example if ${example}`;
      return finding(
        'may open',
        'opening',
        `and may answer more about ${classes}, although no question shows it: ${when}`,
      );
    }
    if (effective.has(id)) return [];
    return own.every(({ isSame }) => isSame)
      ? finding('no effect', 'note', 'but changes no answer')
      : finding('may close', 'change', 'and opens nothing; no question shows whether it closes anything');
  });
}

// Private:

interface ChangedRule {
  /** As it is now, or as it was. */
  readonly policy: Policy;
  readonly isNew: boolean;
  readonly isGone: boolean;
}

function changedRules({ before, after }: PolicyDiff): readonly ChangedRule[] {
  const [was, is] = [before, after].map((side) => new Map(rulesOf(side).map((one) => [one.id, one])));
  if (was === undefined || is === undefined) return [];
  const changed = [...is.values()]
    .filter((policy) => {
      const former = was.get(policy.id);
      return former === undefined || contentOf(policy) !== contentOf(former);
    })
    .map((policy) => ({ policy, isNew: !was.has(policy.id), isGone: false }));
  const gone = [...was.values()]
    .filter(({ id }) => !is.has(id))
    .map((policy) => ({ policy, isNew: false, isGone: true }));
  return [...changed, ...gone];
}
