import { type Day, dayOf, isoOf } from './calendar';
import type { Circumstances, Events, Risk, Schooling } from './child';
import { isInHardship } from './circumstances';
import type { Subject } from './subject';

/**
 * All facts that a risk level may depend on. Adoption, juvenile records, special education, the reason of 事实无人抚养,
 * placement, screening scores and victim support are left out on purpose: they cannot show in level, basis or date.
 */
export interface NotedFacts {
  readonly leftBehind: boolean;
  /** 困境儿童 of any kind, without saying which. */
  readonly inHardship: boolean;
  readonly droppingOut: boolean;
  readonly truant: boolean;
  readonly bullyingAt: string | null;
  readonly violenceAt: string | null;
  readonly ranAwayAt: string | null;
  readonly foundAtRiskAt: string | null;
  readonly guardianshipOrderAt: string | null;
}

/** Facts for dating an assessment. */
export type Assessed = Pick<Subject, 'draws' | 'today' | 'birthDay'>;

const TRUANT_FROM = 0.1;
const LONGEST_AGO = 180;

/** Red always has the same single keyword, so that level and basis together do not reveal violence. */
const RED_BASIS = ['监护风险'] as const;

export function notedFacts(circumstances: Circumstances, schooling: Schooling | null, events: Events): NotedFacts {
  return {
    leftBehind: circumstances.leftBehind,
    inHardship: isInHardship(circumstances),
    droppingOut: schooling?.droppingOut ?? false,
    truant: (schooling?.truancy ?? 0) >= TRUANT_FROM,
    bullyingAt: schooling?.bullying?.reportedAt ?? null,
    violenceAt: events.violence?.warnedAt ?? null,
    ranAwayAt: events.ranAwayAt,
    foundAtRiskAt: events.foundAtRiskAt,
    guardianshipOrderAt: events.guardianshipOrderAt,
  };
}

/** @returns null if there are no such facts, as for most children. */
export function riskOf(facts: NotedFacts, subject: Assessed): Risk | null {
  const level = levelOf(facts);
  if (level === null) return null;
  return {
    level,
    basis: level === 'RED' ? RED_BASIS : basisOf(facts),
    assessedAt: isoOf(assessmentOf(facts, subject)),
  };
}

// Private:

function levelOf(facts: NotedFacts): Risk['level'] | null {
  const { leftBehind, inHardship, droppingOut, truant } = facts;
  const ranAway = facts.ranAwayAt !== null;
  const foundAtRisk = facts.foundAtRiskAt !== null;
  const ordered = facts.guardianshipOrderAt !== null;

  if (facts.violenceAt !== null || (ordered && foundAtRisk)) return 'RED';
  if (ranAway && (leftBehind || inHardship || droppingOut || foundAtRisk || ordered)) return 'ORANGE';
  if (foundAtRisk && (leftBehind || droppingOut)) return 'ORANGE';
  if (leftBehind && (truant || droppingOut || inHardship)) return 'YELLOW';
  return basisOf(facts).length > 0 ? 'BLUE' : null;
}

function basisOf(facts: NotedFacts): string[] {
  const basis: string[] = [];
  if (facts.leftBehind) basis.push('留守');
  if (facts.inHardship) basis.push('困境');
  if (facts.droppingOut) basis.push('辍学预警');
  else if (facts.truant) basis.push('缺课预警');
  if (facts.ranAwayAt !== null) basis.push('夜不归宿预警');
  if (facts.foundAtRiskAt !== null) basis.push('外出风险');
  if (facts.guardianshipOrderAt !== null) basis.push('监护督促');
  if (facts.bullyingAt !== null) basis.push('校园关注');
  return basis;
}

/** A day at most half a year ago, and not before birth or the latest dated fact. */
function assessmentOf(facts: NotedFacts, { draws, today, birthDay }: Assessed): Day {
  const dates = [facts.bullyingAt, facts.violenceAt, facts.ranAwayAt, facts.foundAtRiskAt, facts.guardianshipOrderAt];
  const earliest = Math.max(birthDay, today - LONGEST_AGO);
  const latest = dates.reduce((later, date) => Math.max(later, date === null ? 0 : dayOf(date)), earliest);
  return draws.integer('risk.assessed', latest, today);
}
