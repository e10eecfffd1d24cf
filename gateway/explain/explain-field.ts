import { AccessRules, ANSWERS, type Answer } from '../../shared/access/decide';
import { type AskedFor, type ExplainedClass, explainClass } from '../../shared/access/explain';
import type { Coordinate } from '../../shared/access/labels';
import { policiesByClass } from '../../shared/access/residual-policies';
import type { AccessContext } from '../../shared/protocol/context-token';
import type { PermittingPurpose, PermittingPurposes } from '../access/permitting-purposes';
import { isMutation, mutationName, type Requirements } from '../access/requirements';
import type { GatewayRules } from '../access/rule-bundle';

/** One field of the path, explained by the rules alone. */
export interface ExplainedStep {
  readonly coordinate: Coordinate;
  /** Possible answers, the most permissive first; a single one applies to every record. */
  readonly answers: readonly Answer[];
  /** Whether it has a mask. */
  readonly maskable: boolean;
  /**
   * The requirement of its labels: every group must be met, a group by any of its sets, a set by all its classes. Empty
   * without labels.
   */
  readonly requirement: readonly (readonly (readonly ExplainedClass[])[])[];
}

/** The answers to one caller about a field, and the rules behind them. */
export interface ExplainedField {
  /** For the whole path: refusing one field refuses all fields below it. */
  readonly answers: readonly Answer[];
  readonly steps: readonly ExplainedStep[];
  /** If the path is refused for every record: the purposes for which it could be answered. */
  readonly purposes: readonly PermittingPurpose[];
}

/** @param way coordinates, each on the type of the previous field. */
export type ExplainField = (access: AccessContext, way: readonly Coordinate[]) => ExplainedField;

/**
 * Explains by the rules alone, never by a record: the possible answers as `AccessRules` decides them, and the rules
 * behind these decisions.
 */
export function fieldExplainer(
  requirements: Requirements,
  { agencies, masked }: Pick<GatewayRules, 'agencies' | 'masked'>,
  purposesFor: PermittingPurposes,
): ExplainField {
  // Hypothetical questions must not evict real callers from the cache.
  const rules = new AccessRules(agencies);
  const policies = new Map(agencies.flatMap(policiesByClass).map((one) => [one.name, one]));

  return (access, way) => {
    const steps = way.map((coordinate) => explainStep(access, coordinate));
    return { answers: answersOf(steps), steps, purposes: purposesFor(access, ...way) };
  };

  function explainStep(access: AccessContext, coordinate: Coordinate): ExplainedStep {
    const requirement = requirements.byField.get(coordinate);
    const maskable = masked.has(coordinate);
    if (requirement === undefined) return { coordinate, answers: ['CLEAR'], maskable, requirement: [] };
    const asked: AskedFor = isMutation(coordinate)
      ? { kind: 'write', mutation: mutationName(coordinate) }
      : { kind: 'read', maskable };
    const decisions = rules.decisionsFor(access);
    const explained = (name: string): ExplainedClass => {
      const known = policies.get(name);
      return known === undefined ? { name, dataClass: undefined, rules: [] } : explainClass(known, access, asked);
    };
    return {
      coordinate,
      answers:
        asked.kind === 'read'
          ? decisions.answers(requirement, maskable)
          : decisions.answersToWrite(requirement, asked.mutation),
      maskable,
      requirement: requirement.map((sets) => sets.map((set) => set.map(explained))),
    };
  }
}

// Private:

const POSITIVE: readonly Answer[] = ['CLEAR', 'MASKED'];

function answersOf(steps: readonly ExplainedStep[]): readonly Answer[] {
  const found = new Set<Answer>();
  for (const [index, { answers }] of steps.entries()) {
    const last = index === steps.length - 1;
    for (const answer of answers) if (last || !POSITIVE.includes(answer)) found.add(answer);
    if (!answers.some((answer) => POSITIVE.includes(answer))) break;
  }
  return ANSWERS.filter((answer) => found.has(answer));
}
