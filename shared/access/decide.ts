import type { AccessContext } from '../context-token';
import { isWithin } from '../regions';
import type { Catalogue, DataClassName } from './catalogue';
import type { Requirement } from './labels';

/** What a field is answered with. ABSENT cannot be told from "there is no data"; DENIED says so. */
export type Answer = 'CLEAR' | 'DENIED' | 'ABSENT';

/** What rules may know of the thing that a field belongs to. */
export interface AccessRecord {
  readonly region: string;
}

/** Which rows of a list a caller may know of: those within a region, or none. */
export type Visibility = { readonly within: string } | 'none';

export interface Decisions {
  /** @param record null where the agency knows of no such thing. */
  decide(requirement: Requirement, record: AccessRecord | null): Answer;
  /** Whether there is any record at all for which the answer would be positive. */
  possible(requirement: Requirement): boolean;
  visibleRows(requirement: Requirement): Visibility;
  /** The refusal of the classes that stand in the way: ABSENT as soon as one of them is silent. */
  refusal(requirement: Requirement): 'DENIED' | 'ABSENT';
}

/**
 * Deny by default. One rule stands for all data classes until every agency writes its own: a `case-worker` reads within
 * their region, and nobody else reads anything. A class that no catalogue lists is refused to everyone, in silence.
 */
export function decisionsFor({ caller }: AccessContext, catalogue: Catalogue): Decisions {
  const mayRead = caller.roles.includes('case-worker');
  const known = (name: DataClassName) => catalogue.classes.has(name);

  const refusal = (requirement: Requirement): 'DENIED' | 'ABSENT' =>
    requirement.flat(2).every((name) => catalogue.classes.get(name)?.refusal === 'denied') ? 'DENIED' : 'ABSENT';

  const possible = (requirement: Requirement): boolean =>
    mayRead &&
    requirement.length > 0 &&
    requirement.every((sets) => sets.some((set) => set.length > 0 && set.every(known)));

  return {
    refusal,
    possible,
    decide(requirement, record) {
      const permitted = possible(requirement) && record !== null && isWithin(record.region, caller.region);
      return permitted ? 'CLEAR' : refusal(requirement);
    },
    visibleRows(requirement) {
      return possible(requirement) ? { within: caller.region } : 'none';
    },
  };
}
