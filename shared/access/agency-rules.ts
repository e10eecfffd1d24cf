import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorList } from '../cli/error-list';
import type { Agency } from '../domain/agencies';
import { type Catalogue, parseCatalogue } from './catalogue';
import { type Policy, readPolicies } from './policies';

/** An agency's say over its fields: its data classes, and who is answered what about them. */
export interface AgencyRules {
  readonly catalogue: Catalogue;
  readonly policies: readonly Policy[];
}

/** The texts that an agency's rules are read from. */
export interface RuleTexts {
  /** catalogue.yaml */
  readonly catalogue: string;
  /** access.cedar */
  readonly policies: string;
}

export function ruleTexts(folder: string): RuleTexts {
  return {
    catalogue: readFileSync(join(folder, 'catalogue.yaml'), 'utf8'),
    policies: readFileSync(join(folder, 'access.cedar'), 'utf8'),
  };
}

/**
 * Reads and validates an agency's rules. No rule set, no start.
 *
 * @throws RuleFaults with every fault, one line each: agency, rule, what is wrong, file and line.
 */
export function readAgencyRules(agency: Agency, texts: RuleTexts, folder = `subgraphs/${agency}`): AgencyRules {
  const catalogue = parseCatalogue(agency, texts.catalogue, `${folder}/catalogue.yaml`);
  const { policies, faults } = readPolicies(texts.policies, catalogue);
  if (faults.length > 0) {
    throw new RuleFaults(
      faults
        .toSorted((a, b) => a.line - b.line)
        .map(({ message, line }) => `${agency}: ${message} (${folder}/access.cedar:${line})`),
    );
  }
  return { catalogue, policies };
}

export class RuleFaults extends ErrorList {}
