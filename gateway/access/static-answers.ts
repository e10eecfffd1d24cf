import type { Access, AccessOutcome } from '../../shared/access/accesses';
import type { DataClassName } from '../../shared/access/catalogue';
import type { Decisions } from '../../shared/access/decide';
import type { Coordinate } from '../../shared/access/labels';
import { MASKS } from '../../shared/access/mask';
import type { AccessContext } from '../../shared/protocol/context-token';
import { oncePer } from '../request/once-per';
import type { Requirements } from './requirements';
import type { GatewayRules } from './rule-bundle';

export type Mask = (value: string) => string;

/** The most that any record could be answered to one kind of caller, purpose and grant, whatever an agency answers. */
export interface StaticAnswers {
  /** Masks of the fields that no record answers in clear. */
  readonly masks: ReadonlyMap<Coordinate, Mask>;
  /** Lowers the answer of an access to the most that is possible. */
  atMost<Told extends Access>(look: Told): Told;
}

/** Computes them once for each kind of caller. */
export function staticAnswers(
  { byField }: Requirements,
  { rules, masked }: GatewayRules,
): (access: AccessContext) => StaticAnswers {
  const answersBy = oncePer(settle);
  return (access) => answersBy(rules.decisionsFor(access));

  function settle(decisions: Decisions): StaticAnswers {
    const masks = new Map<Coordinate, Mask>();
    for (const [coordinate, form] of masked) {
      if (!decisions.possible(byField.get(coordinate) ?? [])) masks.set(coordinate, MASKS[form]);
    }
    const highest = new Map<DataClassName, AccessOutcome>();
    return {
      masks,
      atMost(look) {
        if (look.answer !== 'clear') return look;
        let answer = highest.get(look.dataClass);
        if (answer === undefined) {
          answer = decisions.accesses([[[look.dataClass]]], undefined, true)[0]?.answer ?? 'refused';
          highest.set(look.dataClass, answer);
        }
        return answer === 'clear' ? look : { ...look, answer };
      },
    };
  }
}
