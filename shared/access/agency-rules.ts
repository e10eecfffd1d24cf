import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ErrorList } from '../cli/error-list';
import { agencyFiles } from '../config/agency-files';
import type { Agency } from '../domain/agencies';
import { type Catalogue, parseCatalogue } from './catalogue';
import { type Policy, type PolicyTexts, readPolicies } from './policies';

/** An agency's data classes, and the rules about them. */
export interface AgencyRules {
  readonly catalogue: Catalogue;
  readonly policies: readonly Policy[];
}

/** The source files of an agency's rules. */
export interface RuleTexts {
  /** catalogue.yaml */
  readonly catalogue: string;
  readonly policies: PolicyTexts;
}

/** Reads `catalogue.yaml` and every `*.cedar` in an agency's folder, at any depth. @throws if either is missing. */
export function ruleTexts(folder: string): RuleTexts {
  const files = agencyFiles(folder, POLICIES_ENDING);
  if (files.length === 0) throw new Error(`There is no ${join(folder, 'access.cedar')}.`);
  return {
    catalogue: readFileSync(join(folder, 'catalogue.yaml'), 'utf8'),
    policies: Object.fromEntries(files.map(({ path, text }) => [relative(folder, path), text])),
  };
}

/** File name extension of rules. */
export const POLICIES_ENDING = '.cedar';

/**
 * Reads and validates an agency's rules. Nothing starts with invalid rules.
 *
 * @param folder the path with which messages name files.
 * @throws RuleFaults with every fault on one line, sorted by file and line: agency, rule, fault, file and line.
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
