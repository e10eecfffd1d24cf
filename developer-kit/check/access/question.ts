import { isMutation, mutationName } from '../../../gateway/access/requirements';
import type { ResourceAttributes } from '../../../shared/access/compile';
import type { Answer, Decisions } from '../../../shared/access/decide';
import type { Coordinate, Requirement } from '../../../shared/access/labels';
import type { Graph } from '../graph';

/** A question to the rules about a field. */
export interface Question {
  /** Undefined if the field has no requirement: everybody is answered. */
  readonly requirement: Requirement | undefined;
  readonly maskable: boolean;
  /** The name of a mutation, if the question is about one. */
  readonly mutation: string | undefined;
}

/** The answer to a caller; for a mutation, whether it is permitted. */
export type Told = Answer | 'ALLOWED' | 'REFUSED';

/** Rank of an answer, by permissiveness. */
export const LEVEL: Readonly<Record<Told, number>> = {
  CLEAR: 2,
  MASKED: 1,
  DENIED: 0,
  ABSENT: 0,
  ALLOWED: 2,
  REFUSED: 0,
};

export function questionAbout(coordinate: Coordinate, { requirements, masked }: Graph): Question {
  return {
    requirement: requirements.get(coordinate),
    maskable: masked.has(coordinate),
    mutation: isMutation(coordinate) ? mutationName(coordinate) : undefined,
  };
}

export function answerTo(
  { requirement, maskable, mutation }: Question,
  decisions: Decisions,
  record: ResourceAttributes,
): Told {
  if (mutation !== undefined) {
    return decisions.unmetToWrite(requirement ?? [], record, mutation).length === 0 ? 'ALLOWED' : 'REFUSED';
  }
  return requirement === undefined ? 'CLEAR' : decisions.decide(requirement, record, maskable);
}

/** Everybody's answer about an unknown field. */
export function notThere({ mutation }: Question): Told {
  return mutation === undefined ? 'ABSENT' : 'REFUSED';
}

/** The answer that is the same for every record; undefined if it depends on the record. */
export function settledAnswer({ requirement, maskable, mutation }: Question, decisions: Decisions): Told | undefined {
  if (mutation !== undefined) {
    return decisions.unmetToWrite(requirement ?? [], undefined, mutation).length === 0 ? undefined : 'REFUSED';
  }
  if (requirement === undefined) return 'CLEAR';
  const [answer, ...others] = decisions.answers(requirement, maskable);
  return others.length === 0 ? answer : undefined;
}
