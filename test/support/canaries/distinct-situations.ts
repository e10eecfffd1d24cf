import { GRANT, isOpen } from '../../../developer-kit/cases/cases';
import type { Situation } from '../../../developer-kit/cases/situation';
import { takesPart } from '../../../developer-kit/cases/situation';
import type { DataClassName } from '../../../shared/access/catalogue';
import { situations } from '../cases/situations';
import type { Specification } from '../cases/specification';
import { type ChildAskedAbout, referredBy } from '../cases/subjects';

/** One situation for each set of answers to some classes, those with most open classes first. */
export function distinctSituations(
  specification: Specification,
  child: ChildAskedAbout,
  classes: readonly DataClassName[],
): readonly Situation[] {
  const asked = classes.filter((name) => name !== GRANT);
  const byAnswers = new Map<string, { readonly situation: Situation; readonly open: number }>();
  for (const situation of situations().filter((one) => isAnswered(child, one))) {
    const answers = asked.map((name) => specification.expected(name, child, situation));
    const key = answers.join();
    if (!byAnswers.has(key)) byAnswers.set(key, { situation, open: answers.filter(isOpen).length });
  }
  return [...byAnswers.values()].sort((a, b) => b.open - a.open).map(({ situation }) => situation);
}

/** Few of some situations, in which every class is open that is open in any of them. */
export function coveringSituations(
  specification: Specification,
  child: ChildAskedAbout,
  classes: readonly DataClassName[],
  among: readonly Situation[],
): readonly Situation[] {
  const covered = new Set<DataClassName>();
  return among.filter((situation) => {
    const open = classes.filter((name) => isOpen(specification.expected(name, child, situation)));
    const isNew = open.some((name) => !covered.has(name));
    for (const name of open) covered.add(name);
    return isNew;
  });
}

// Private:

/** Whole requests are refused without a reason, or for a reference that the caller takes no part in. */
function isAnswered(child: ChildAskedAbout, situation: Situation): boolean {
  if (situation.purpose === 'EMERGENCY' && !situation.reasonGiven) return false;
  const referred = referredBy(child, situation);
  return referred === undefined || takesPart(situation, referred.region);
}
