import { GRANT } from '../../../developer-kit/cases/cases';
import type { DataClassName } from '../../../shared/access/catalogue';
import type { Requirement } from '../../../shared/access/labels';
import { remembered } from '../remembered';
import type { Findings } from './findings';
import type { Inquiry, Specification } from './specification';
import { contextOf, isUnknownGrant, resourceOf } from './subjects';

/** The requirement of one class; rules resolve a requirement once. */
const only = remembered((dataClass: DataClassName): Requirement => [[[dataClass]]]);

/** Asks the rules, compiled from the agencies' texts, about each class. */
export async function askRules(
  specification: Specification,
  inquiries: readonly Inquiry[],
  findings: Findings,
): Promise<void> {
  for (const { child, situations, classes } of inquiries) {
    for (const situation of situations) {
      const context = contextOf(child, situation);
      for (const { rules, classes: ofAgency } of specification.agencies) {
        for (const dataClass of ofAgency.filter((name) => classes.has(name))) {
          // The content of a reference is requested before anything is granted.
          const decisions = rules.decisionsFor(dataClass === GRANT ? { ...context, grant: null } : context);
          const answer = decisions.decide(only(dataClass), resourceOf(child, dataClass, situation), true);
          const expected = specification.expected(dataClass, child, situation);
          const faults =
            answer === expected || isUnknownGrant(dataClass, situation) ? [] : [`${answer} instead of ${expected}`];
          findings.note(dataClass, child, situation, faults);
        }
      }
    }
  }
}
