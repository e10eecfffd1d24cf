import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { classesOf } from '../../shared/access/labels';
import { type Requirements, SCOPES } from '../access/requirements';
import { type GatewayRules, readRuleBundle, versionOfRules } from '../access/rule-bundle';
import { readSupergraph, type Supergraph } from '../federation/supergraph';
import { type GraphRefusalReason, GraphRefused } from './graph-refused';

/** What a graph is read from: the two files that `npm run compose` writes. */
export interface GraphFiles {
  readonly supergraph: string;
  readonly rules: string;
}

/** A supergraph, and the rules that belong to it. */
export interface Graph {
  /** As composed, labels included. */
  readonly supergraphSdl: string;
  /** All agencies' rules, as compose has gathered them. */
  readonly rules: GatewayRules;
  /** The same read, where it was. */
  readonly supergraph?: Supergraph;
}

/**
 * Reads the two, with all that can be said about them before anything is planned: a tenth of a second's work for each.
 *
 * @throws GraphRefused where the rules are not valid, or say that they belong to another supergraph, and where that is not
 *   one that may be served, or has a label that the rules do not know.
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

/** Who knows no rules for a class opens it to nobody: safe, and not what whoever has labelled a field with it wants. */
function refuseUnknownClasses({ byField }: Requirements, { agencies }: GatewayRules): void {
  const known = new Set(agencies.flatMap(({ catalogue }) => [...catalogue.classes.keys()]));
  for (const [coordinate, requirement] of byField) {
    const unknown = classesOf(requirement).find((name) => !known.has(name) && name !== SCOPES);
    if (unknown === undefined) continue;
    throw new GraphRefused('CLASS_UNKNOWN', `${coordinate} is labelled "${unknown}", which no agency's rules know.`);
  }
}

export const hashOfSupergraph = (sdl: string): string => createHash('sha256').update(sdl).digest('hex');

/** Of a supergraph and a version of rules together, 32 hexadecimal digits. */
export function graphId(supergraphSdl: string, rulesVersion: string): string {
  return createHash('sha256').update(hashOfSupergraph(supergraphSdl)).update(rulesVersion).digest('hex').slice(0, 32);
}

export const idOfTexts = ({ supergraph, rules }: GraphFiles): string => graphId(supergraph, versionOfRules(rules));
