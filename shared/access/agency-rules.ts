import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ErrorList } from '../cli/error-list';
import { agencyFiles } from '../config/agency-files';
import type { Agency } from '../domain/agencies';
import { type Catalogue, parseCatalogue } from './catalogue';
import { type Policy, type PolicyTexts, readPolicies } from './policies';

/** An agency's say over its fields: its data classes, and who is answered what about them. */
export interface AgencyRules {
  readonly catalogue: Catalogue;
  readonly policies: readonly Policy[];
}

/** The texts that an agency's rules are read from. */
export interface RuleTexts {
  /** catalogue.yaml */
  readonly catalogue: string;
  readonly policies: PolicyTexts;
}

/**
 * Reads `catalogue.yaml` and every `*.cedar` of an agency's folder, at any depth.
 *
 * @throws where there is none of either.
 */
export function ruleTexts(folder: string): RuleTexts {
  const files = agencyFiles(folder, POLICIES_ENDING);
  if (files.length === 0) throw new Error(`There is no ${join(folder, 'access.cedar')}.`);
  return {
    catalogue: readFileSync(join(folder, 'catalogue.yaml'), 'utf8'),
    policies: Object.fromEntries(files.map(({ path, text }) => [relative(folder, path), text])),
  };
}

/** What names of files with rules end in. */
export const POLICIES_ENDING = '.cedar';

/**
 * Reads and validates an agency's rules. No rule set, no start.
 *
 * @param folder by which faults name the files.
 * @throws RuleFaults with every fault, one line each, in the order of files and lines: agency, rule, what is wrong, file and
 * line.
 */
export function readAgencyRules(agency: Agency, texts: RuleTexts, folder = `subgraphs/${agency}`): AgencyRules {
  const catalogue = parseCatalogue(agency, texts.catalogue, `${folder}/catalogue.yaml`);
  const { policies, faults } = readPolicies(texts.policies, catalogue);
  if (faults.length > 0) {
    throw new RuleFaults(faults.map(({ message, file, line }) => `${agency}: ${message} (${folder}/${file}:${line})`));
  }
  return { catalogue, policies };
}

export class RuleFaults extends ErrorList {}
