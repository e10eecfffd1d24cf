import { isOpen } from '../../../developer-kit/cases/cases';
import { expectedAnswer, isPossible } from '../../../developer-kit/cases/expected-answer';
import type { Probe } from '../../../developer-kit/cases/probes';
import type { Situation } from '../../../developer-kit/cases/situation';
import type { Answer } from '../../../shared/access/decide';
import type { Findings } from './findings';
import { type Answered, type Observed, observe, observeShut } from './observe';
import type { Operation } from './operations';
import type { Specification } from './specification';
import { type ChildAskedAbout, subjectOf } from './subjects';

/** Counts each class once, however many fields show it. */
export function noteEachClass(
  findings: Findings,
  probes: readonly Probe[],
  child: ChildAskedAbout,
  situation: Situation,
  look: (probe: Probe) => readonly string[],
): void {
  for (const dataClass of new Set(probes.map((probe) => probe.dataClass))) {
    const faults = probes.filter((probe) => probe.dataClass === dataClass).flatMap(look);
    findings.note(dataClass, child, situation, faults);
  }
}

/**
 * The differences of a field from the cases, on each path to it; also reports a permitted field without any open path.
 */
export function faultsAt(
  probe: Probe,
  operation: Operation,
  specification: Specification,
  child: ChildAskedAbout,
  situation: Situation,
  answered: Answered,
): readonly string[] {
  const shown = child.shown(situation)[probe.root];
  // A value whose class is open may stand in another field of the class: the school, in an enrolment and by itself.
  const isOpenElsewhere = isOpen(specification.expected(probe.dataClass, child, situation));
  const expected = specification.expectedAt(probe, child, situation);
  const places = operation.placesOf(probe);
  const isShut = places.map(({ way }) => way !== undefined && !specification.leadsToChild(way, child, situation));
  if (isOpen(expected) && isShut.every(Boolean)) return [`${expected}, and no way leads there`];

  const silent = mayBeLeftOut(probe, specification, child, situation);
  return places.flatMap(({ keys, way }, index) => {
    const isBehindRefusal = isOpen(expected) && isShut[index] === true;
    const observed = isBehindRefusal
      ? observeShut(probe, keys, answered)
      : observe({ ...probe, text: probe.text && !isOpenElsewhere }, keys, shown, expected, answered);
    const finder = way ?? probe.steps[0] ?? '';
    if (specification.findsNothing(finder, child, situation)) {
      const fits = observed === 'ABSENT' || (isTold(observed) && refusedAlways(probe, specification, child, situation));
      return fits ? [] : [`${[...keys, ...probe.steps].join('.')} is ${observed} behind what is not found`];
    }
    const isAsExpected = isBehindRefusal ? fits('DENIED', observed, false) : fits(expected, observed, silent);
    const isGone =
      behindSilence(expected, probe, specification, situation) ||
      goesWithItsRow(probe, specification, child, situation);
    if (isAsExpected || (observed === 'ABSENT' && isGone)) return [];
    return [`${[...keys, ...probe.steps].join('.')} is ${observed} instead of ${expected}`];
  });
}

// Private:

const isTold = (observed: Observed): boolean => observed === 'DENIED' || observed === 'DENIED WITH WHAT IT STANDS IN';

/** A field that no record opens is refused before anything is fetched. */
const refusedAlways = (
  { dataClass, and }: Probe,
  specification: Specification,
  child: ChildAskedAbout,
  situation: Situation,
): boolean =>
  [dataClass, ...and].some(
    (name) => !isPossible(specification.entry(name), situation, subjectOf(child, name, situation)),
  );

/** Whether an observation agrees with the expected answer. */
function fits(expected: Answer, observed: Observed, silent: boolean): boolean {
  if (expected === 'DENIED' && silent) return observed === 'ABSENT';
  if (observed === 'DENIED WITH WHAT IT STANDS IN') return expected === 'DENIED' || expected === 'ABSENT';
  return observed === expected;
}

/** A refusal inside a silently refused object cannot be reported; only developers see refusals of silent classes. */
function behindSilence(
  expected: Answer,
  { dataClass }: Probe,
  specification: Specification,
  { caller }: Situation,
): boolean {
  const developerAndMore = caller.roles.includes('developer') && caller.roles.length > 1;
  return developerAndMore && expected === 'DENIED' && specification.entry(dataClass).others === 'ABSENT';
}

/** A field of a row that is left out of a page is left out with it, unless it is refused whatever the row. */
function goesWithItsRow(
  { steps, and }: Probe,
  specification: Specification,
  child: ChildAskedAbout,
  situation: Situation,
): boolean {
  return steps.includes('nodes') && and.some((other) => !isOpen(specification.expected(other, child, situation)));
}

/**
 * Hidden rows are left out of a list silently; if there can be no visible row at all, the list is refused. A child's
 * cases are such a list; a case's meetings and a clue's case are left out by their own records.
 */
function mayBeLeftOut(
  { page, labelled, dataClass, or, and }: Probe,
  specification: Specification,
  child: ChildAskedAbout,
  situation: Situation,
): boolean {
  const entry = specification.entry(dataClass);
  const subject = subjectOf(child, dataClass, situation);
  if (labelled === 'Case.meetings' || labelled === 'Clue.case') {
    const beside = and.every((name) =>
      isPossible(specification.entry(name), situation, subjectOf(child, name, situation)),
    );
    return beside && isOpen(specification.expected(dataClass, child, situation));
  }
  if (labelled === 'Child.cases') return isOpen(expectedAnswer(entry, situation, { ...subject, region: child.region }));
  const other = or !== undefined && isPossible(specification.entry(or), situation, subjectOf(child, or, situation));
  return page && (other || isPossible(entry, situation, subject));
}
