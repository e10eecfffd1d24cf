import { isMutation, mutationName } from '../../../gateway/access/requirements';
import type { ResourceAttributes } from '../../../shared/access/compile';
import type { Answer, Decisions } from '../../../shared/access/decide';
import type { Coordinate, Requirement } from '../../../shared/access/labels';
import type { Graph } from '../graph';

/** What rules are asked about a field. */
export interface Question {
  /** Undefined where the field asks for nothing: everybody is answered. */
  readonly requirement: Requirement | undefined;
  readonly maskable: boolean;
  /** Of a mutation, its name: it is asked whether one may do it. */
  readonly mutation: string | undefined;
}

/** What somebody is told; of a mutation, whether they may. */
export type Told = Answer | 'ALLOWED' | 'REFUSED';

/** How far an answer goes. */
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

/** What everybody is told about a field that is not there. */
export function notThere({ mutation }: Question): Told {
  return mutation === undefined ? 'ABSENT' : 'REFUSED';
}

/** What is told about every record alike; undefined where the record makes a difference. */
export function settledAnswer({ requirement, maskable, mutation }: Question, decisions: Decisions): Told | undefined {
  if (mutation !== undefined) {
    return decisions.unmetToWrite(requirement ?? [], undefined, mutation).length === 0 ? undefined : 'REFUSED';
  }
  if (requirement === undefined) return 'CLEAR';
  const [answer, ...others] = decisions.answers(requirement, maskable);
  return others.length === 0 ? answer : undefined;
}
