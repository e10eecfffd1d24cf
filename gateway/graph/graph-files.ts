import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { classesOf } from '../../shared/access/labels';
import { type Requirements, SCOPES } from '../access/requirements';
import { type GatewayRules, readRuleBundle, versionOfRules } from '../access/rule-bundle';
import { readSupergraph, type Supergraph } from '../federation/supergraph';
import { type GraphRefusalReason, GraphRefused } from './graph-refused';

/** The two files of a graph, as `npm run compose` writes them. */
export interface GraphFiles {
  readonly supergraph: string;
  readonly rules: string;
}

/** A supergraph, and the rules that belong to it. */
export interface Graph {
  /** As composed, including labels. */
  readonly supergraphSdl: string;
  /** The rules of all agencies. */
  readonly rules: GatewayRules;
  /** The parsed supergraph, if it has been parsed. */
  readonly supergraph?: Supergraph;
}

/**
 * Parses and checks both files as far as possible without planning: about a tenth of a second for each.
 *
 * @throws GraphRefused if the rules are invalid or belong to another supergraph, or if the supergraph must not be
 *   served or has a label unknown to the rules.
 */
export async function readGraph({ supergraph: sdl, rules: json }: GraphFiles): Promise<Graph> {
  const rules = orRefused('RULES_REFUSED', () => readRuleBundle(json));
  if (rules.supergraph !== hashOfSupergraph(sdl)) {
    throw new GraphRefused('NOT_A_PAIR', 'The rule bundle was composed with another supergraph.');
  }
  await nextTurn();
  const supergraph = orRefused('SUPERGRAPH_REFUSED', () => readSupergraph(sdl));
  refuseUnknownClasses(supergraph.requirements, rules);
  return { supergraphSdl: sdl, rules, supergraph };
}

function orRefused<Result>(reason: GraphRefusalReason, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new GraphRefused(reason, (error as Error).message);
  }
}

/** A field whose data class has no rules would be refused to everybody: safe, but not what its agency intends. */
function refuseUnknownClasses({ byField }: Requirements, { agencies }: GatewayRules): void {
  const known = new Set(agencies.flatMap(({ catalogue }) => [...catalogue.classes.keys()]));
  for (const [coordinate, requirement] of byField) {
    const unknown = classesOf(requirement).find((name) => !known.has(name) && name !== SCOPES);
    if (unknown === undefined) continue;
    throw new GraphRefused('CLASS_UNKNOWN', `${coordinate} is labelled "${unknown}", which no agency's rules know.`);
  }
}

export const hashOfSupergraph = (sdl: string): string => createHash('sha256').update(sdl).digest('hex');

/** Identifies a supergraph and a version of rules together: 32 hexadecimal digits. */
export function graphId(supergraphSdl: string, rulesVersion: string): string {
  return createHash('sha256').update(hashOfSupergraph(supergraphSdl)).update(rulesVersion).digest('hex').slice(0, 32);
}

export const idOfTexts = ({ supergraph, rules }: GraphFiles): string => graphId(supergraph, versionOfRules(rules));
