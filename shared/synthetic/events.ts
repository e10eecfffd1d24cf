import { addMonths, type Day, isoOf } from './calendar';
import type { Circumstances, Events, Schooling } from './child';
import { pastDate, pastDay, type Subject } from './subject';

const VIOLENCE = 0.0016;
/** How often violence becomes known in each way. */
const KNOWN_BY = { complaint: 0.5, warning: 0.65, application: 0.45 } as const;
const PROTECTION_ORDER = 1 / 3;
const VICTIMISED = 0.0005;
const RAN_AWAY = { fromAge: 10, probability: 0.003 } as const;
const FOUND_AT_RISK = { fromAge: 3, probability: 0.0024 } as const;
const JUVENILE_RECORD = { fromAge: 14, probability: 0.001 } as const;
const FREE_GUIDANCE = 0.002;
const DAYS_BETWEEN_SESSIONS = 14;

/** Probabilities of a 督促监护令; the first that applies counts. */
const GUARDIANSHIP_ORDER = {
  ranAway: 0.3,
  droppingOut: 0.25,
  foundAtRisk: 0.15,
  leftBehind: 0.018,
  others: 0.0005,
} as const;

/** Events of the past twelve months. */
export function eventsOf(subject: Subject, circumstances: Circumstances, schooling: Schooling | null): Events {
  const { draws, age } = subject;
  const ranAway =
    age >= RAN_AWAY.fromAge && draws.chance('ran-away', RAN_AWAY.probability)
      ? pastDay(subject, 'ran-away.at', 2, 350)
      : null;
  const foundAtRisk =
    age >= FOUND_AT_RISK.fromAge && draws.chance('found-at-risk', FOUND_AT_RISK.probability)
      ? pastDay(subject, 'found-at-risk.at', 2, 350)
      : null;
  const order = guardianshipOrderOf(subject, circumstances, schooling, ranAway, foundAtRisk);
  return {
    violence: violenceOf(subject),
    victimisedAt: draws.chance('victimised', VICTIMISED) ? pastDate(subject, 'victimised.at', 5, 350) : null,
    ranAwayAt: isoOrNull(ranAway),
    foundAtRiskAt: isoOrNull(foundAtRisk),
    guardianshipOrderAt: isoOrNull(order),
    guidance: guidanceOf(subject, order),
    juvenileRecordAt: juvenileRecordOf(subject),
  };
}

// Private:

function isoOrNull(day: Day | null): string | null {
  return day === null ? null : isoOf(day);
}

/** A 督促监护令 is issued to parents, so orphans have none; it follows the event that caused it. */
function guardianshipOrderOf(
  subject: Subject,
  { orphan, leftBehind }: Circumstances,
  schooling: Schooling | null,
  ranAway: Day | null,
  foundAtRisk: Day | null,
): Day | null {
  const { draws, today } = subject;
  const probability =
    (ranAway !== null && GUARDIANSHIP_ORDER.ranAway) ||
    (schooling?.droppingOut && GUARDIANSHIP_ORDER.droppingOut) ||
    (foundAtRisk !== null && GUARDIANSHIP_ORDER.foundAtRisk) ||
    (leftBehind && GUARDIANSHIP_ORDER.leftBehind) ||
    GUARDIANSHIP_ORDER.others;
  if (orphan || !draws.chance('guardianship-order', probability)) return null;
  const cause = Math.max(ranAway ?? 0, foundAtRisk ?? 0, pastDay(subject, 'guardianship-order.cause', 5, 350));
  return draws.integer('guardianship-order.at', cause, today);
}

/**
 * A complaint, a warning and an application to the court, each drawn by itself, so that none of them tells of another. A
 * third of the applications give an order: decided within 72 hours, valid for three or six months (反家庭暴力法 art. 28, 30)
 * and always still in force today.
 */
function violenceOf(subject: Subject): Events['violence'] {
  const { draws, today } = subject;
  if (!draws.chance('violence', VIOLENCE)) return null;
  const complained = draws.chance('violence.complained', KNOWN_BY.complaint);
  const warned = draws.chance('violence.was-warned', KNOWN_BY.warning);
  const applied = draws.chance('violence.was-applied', KNOWN_BY.application);
  if (!complained && !warned && !applied) return null;
  const granted = applied && draws.chance('violence.order', PROTECTION_ORDER);
  const appliedOn = pastDay(subject, 'violence.applied', 4, granted ? 80 : 340);
  const decided = Math.min(today, appliedOn + draws.integer('violence.decided', 1, 3));
  return {
    complaintAt: complained ? pastDate(subject, 'violence.complaint', 3, 350) : null,
    warnedAt: warned ? pastDate(subject, 'violence.warned', 3, 350) : null,
    orderAppliedAt: applied ? isoOf(appliedOn) : null,
    orderValidUntil: granted ? isoOf(addMonths(decided, draws.pick('violence.months', [3, 6, 6]))) : null,
  };
}

/** Guidance follows most orders, a session every other week; a few families take it up freely. */
function guidanceOf(subject: Subject, order: Day | null): Events['guidance'] {
  const { draws, today } = subject;
  const ordered = order !== null && draws.chance('guidance.ordered', 0.8);
  if (!ordered && !draws.chance('guidance.free', FREE_GUIDANCE)) return null;
  const started = ordered
    ? Math.min(today, order + draws.integer('guidance.start', 1, 14))
    : pastDay(subject, 'guidance.started', 1, 300);
  const planned = draws.integer('guidance.planned', 4, 10);
  const done = Math.min(planned, Math.floor((today - started) / DAYS_BETWEEN_SESSIONS));
  return { startedAt: isoOf(started), ordered, done, planned };
}

/** Never before the 14th birthday: younger children are generally not criminally responsible. */
function juvenileRecordOf(subject: Subject): string | null {
  const { draws, age, birthDay } = subject;
  if (age < JUVENILE_RECORD.fromAge || !draws.chance('juvenile-record', JUVENILE_RECORD.probability)) return null;
  const fourteenth = addMonths(birthDay, JUVENILE_RECORD.fromAge * 12);
  return isoOf(Math.max(fourteenth, pastDay(subject, 'juvenile-record.at', 20, 350)));
}
