import type { Expression, Value } from '../../../shared/access/expression';
import { MEETING_KINDS } from '../../../shared/access/rule-vocabulary';
import { AGENCIES } from '../../../shared/domain/agencies';
import { PURPOSES, REFERENCE_KINDS, referenceKindsOf } from '../../../shared/domain/purpose';
import type { Diagram } from './decision-diagram';
import type { Propositions } from './propositions';

/**
 * What holds of every request that the gateway signs: it has one purpose, and a grant only of a kind that the purpose can
 * refer to; a grant of a meeting has the meeting's kind, and no other grant has one.
 *
 * @param propositions that rules have named; nothing is said of others.
 */
export function requestRelations(propositions: Propositions): Diagram {
  const { diagrams } = propositions;
  const isPurpose = (purpose: string) => propositions.named(equal(PURPOSE, purpose));
  const isKind = (kind: string) => propositions.named(equal(GRANT_KIND, kind));
  const hasGrant = propositions.named({ kind: 'has', of: CONTEXT, name: 'grant' });
  const hasMeetingKind = propositions.named({ kind: 'has', of: GRANT, name: 'meetingKind' });
  const isMeeting = isKind('meeting');

  const all: Diagram[] = [
    oneOf(propositions, PURPOSES.map(isPurpose)),
    oneOf(
      propositions,
      AGENCIES.map((agency) => propositions.named(equal(AGENCY, agency))),
    ),
  ];
  for (const purpose of PURPOSES) {
    const stated = isPurpose(purpose);
    if (stated === undefined) continue;
    const kinds = referenceKindsOf(purpose);
    const whenStated = (then: Diagram) => all.push(diagrams.or(diagrams.not(stated), then));
    for (const kind of REFERENCE_KINDS) {
      const other = isKind(kind);
      if (other !== undefined && !kinds.includes(kind)) whenStated(diagrams.not(other));
    }
    if (hasGrant === undefined) continue;
    const possible = kinds.flatMap((kind) => (kind === null ? [] : [isKind(kind)]));
    whenStated(diagrams.or(diagrams.not(hasGrant), oneOf(propositions, possible)));
  }
  if (hasGrant !== undefined)
    all.push(diagrams.or(diagrams.not(hasGrant), oneOf(propositions, REFERENCE_KINDS.map(isKind))));
  if (hasMeetingKind !== undefined && isMeeting !== undefined) {
    all.push(diagrams.choose(hasMeetingKind, isMeeting, diagrams.not(isMeeting)));
    const kinds = MEETING_KINDS.map((kind) => propositions.named(equal(MEETING_KIND, kind)));
    all.push(diagrams.or(diagrams.not(hasMeetingKind), oneOf(propositions, kinds)));
  }
  return diagrams.and(...all);
}

// Private:

/** At least one of them, if rules name them all; otherwise it may be one that they do not name. */
function oneOf({ diagrams }: Propositions, all: readonly (Diagram | undefined)[]): Diagram {
  const named = all.filter((one) => one !== undefined);
  return named.length < all.length ? true : diagrams.or(...named);
}

const attribute = (of: Expression, name: string): Expression => ({ kind: 'attribute', of, name });
const equal = (left: Expression, value: Value): Expression => ({
  kind: 'comparison',
  operator: '==',
  left,
  right: { kind: 'literal', value },
});

const CONTEXT: Expression = { kind: 'variable', name: 'context' };
const PURPOSE = attribute(CONTEXT, 'purpose');
const GRANT = attribute(CONTEXT, 'grant');
const GRANT_KIND = attribute(GRANT, 'kind');
const MEETING_KIND = attribute(GRANT, 'meetingKind');
const AGENCY = attribute({ kind: 'variable', name: 'principal' }, 'agency');
