import { type Finding, SEVERITIES } from './finding';
import type { Proposal } from './proposal';
import { readProposal } from './reading';
import { accessChanges } from './rules/access-changes';
import { additions } from './rules/additions';
import { agreementChanges } from './rules/agreement-changes';
import { breakingChanges } from './rules/breaking-changes';
import { caseChanges } from './rules/case-changes';
import { cases } from './rules/cases';
import { classChanges } from './rules/class-changes';
import { composedCases } from './rules/composed-cases';
import { composes } from './rules/composes';
import { descriptions } from './rules/descriptions';
import { facts } from './rules/facts';
import { judges } from './rules/judges';
import { labels } from './rules/labels';
import { legalBases } from './rules/legal-bases';
import { lostTests } from './rules/lost-tests';
import { masks } from './rules/masks';
import { migrations } from './rules/migrations';
import { namedRegions } from './rules/named-regions';
import { names } from './rules/names';
import { nullability } from './rules/nullability';
import { packageScripts } from './rules/package-scripts';
import { personalData } from './rules/personal-data';
import { plainFields } from './rules/plain-fields';
import { understood } from './rules/readable';
import type { Rule } from './rules/rule';
import { servableDirectives } from './rules/servable-directives';
import { suppressions } from './rules/suppressions';
import { transitiveFlow } from './rules/transitive-flow';
import { views } from './rules/views';

/** The rules of the check, in the order of their findings. */
export const RULES: readonly Rule[] = [
  understood,
  composes,
  legalBases,
  namedRegions,
  names,
  descriptions,
  nullability,
  labels,
  plainFields,
  servableDirectives,
  transitiveFlow,
  breakingChanges,
  cases,
  composedCases,
  accessChanges,
  masks,
  views,
  migrations,
  facts,
  personalData,
  additions,
  classChanges,
  agreementChanges,
  caseChanges,
  judges,
  lostTests,
  packageScripts,
  suppressions,
];

/**
 * Finds everything that the rules report about a proposal, the worst first. @throws if the committed state cannot be
 * read.
 */
export function checkProposal(proposal: Proposal, rules = RULES): readonly Finding[] {
  const reading = readProposal(proposal);
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  return rules.flatMap((rule) => rule(reading)).sort((a, b) => rank(a) - rank(b));
}
