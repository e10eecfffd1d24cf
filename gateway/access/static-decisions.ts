import { createHash } from 'node:crypto';
import { nameOf } from '../../shared/access/answers';
import type { Decisions } from '../../shared/access/decide';
import type { Coordinate, Requirement } from '../../shared/access/labels';
import { oncePer } from '../request/once-per';
import { isMutation, mutationName, type Requirements } from './requirements';
import type { GatewayRules } from './rule-bundle';

/** A field that no record could open for this caller. */
export interface StaticDecision {
  readonly refusal: 'DENIED' | 'ABSENT';
  readonly dataClass: string;
}

/** Decisions that can be made before planning, for one kind of caller, purpose and grant. */
export interface StaticDecisions {
  /** Fields that are never answered; agencies decide about all others for each record. */
  readonly refused: ReadonlyMap<Coordinate, StaticDecision>;
  /** Unlabelled fields that lead to objects all of whose labelled fields are refused. */
  readonly shut: ReadonlySet<Coordinate>;
  /** Equal for callers who are refused the same fields in the same way. */
  readonly signature: string;
}

/** Decides once for each kind of caller. */
export function staticDecisionsBy(
  requirements: Requirements,
  { masked }: GatewayRules,
): (decisions: Decisions) => StaticDecisions {
  return oncePer((decisions: Decisions) => settle(decisions, requirements, masked));
}

/**
 * Returns the part of a field's requirement that no record could meet; for a mutation, that no record could meet for
 * writing.
 */
export function unmetAnywhere(
  coordinate: Coordinate,
  requirement: Requirement,
  decisions: Decisions,
  masked: Pick<ReadonlySet<Coordinate>, 'has'>,
): Requirement {
  return isMutation(coordinate)
    ? decisions.unmetToWrite(requirement, undefined, mutationName(coordinate))
    : decisions.unmet(requirement, undefined, masked.has(coordinate));
}

function settle(
  decisions: Decisions,
  { byField, containers }: Requirements,
  masked: Pick<ReadonlySet<Coordinate>, 'has'>,
): StaticDecisions {
  const refused = new Map<Coordinate, StaticDecision>();
  for (const [coordinate, requirement] of byField) {
    const unmet = unmetAnywhere(coordinate, requirement, decisions, masked);
    if (unmet.length > 0) refused.set(coordinate, { refusal: decisions.refusal(unmet), dataClass: nameOf(unmet) });
  }
  const shut = new Set(
    [...containers].filter(([, fields]) => fields.every((field) => refused.has(field))).map(([container]) => container),
  );
  const listed = [...refused].map(([coordinate, { refusal, dataClass }]) => `${coordinate} ${refusal} ${dataClass}`);
  return { refused, shut, signature: createHash('sha256').update(listed.join('\n')).digest('base64') };
}
