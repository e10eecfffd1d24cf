import { type Day, isoOf } from './calendar';
import type { Circumstances, Companionship } from './child';
import { isInHardship } from './circumstances';
import { adultGivenName, surname } from './names';
import { drawsFor } from './random';
import { pastDate, pastDay, type Subject } from './subject';

const LOVING_MOTHER = 0.5;
/** Each town has up to five officers, each for the villages of one slot: about 90 in the county. */
const OFFICERS_PER_TOWN = 5;
const TIERS = ['重点关爱', '一般关爱', '一般关爱', '日常关爱'] as const;

/** Loving mothers for half of the left-behind children and orphans, a safety officer for these and all in hardship. */
export function companionshipOf(subject: Subject, circumstances: Circumstances): Companionship | null {
  const { leftBehind, orphan } = circumstances;
  if (!leftBehind && !isInHardship(circumstances)) return null;
  return {
    lovingMother:
      (leftBehind || orphan) && subject.draws.chance('loving-mother', LOVING_MOTHER) ? lovingMotherOf(subject) : null,
    safetyOfficer: {
      name: officerName(subject),
      tier: subject.draws.pick('safety-officer.tier', TIERS),
      lastVisitAt: pastDate(subject, 'safety-officer.visit', 1, 40),
    },
  };
}

// Private:

function lovingMotherOf(subject: Subject): NonNullable<Companionship['lovingMother']> {
  const { draws } = subject;
  const since: Day = pastDay(subject, 'loving-mother.since', 45, 1100);
  return {
    name: surname(draws, 'loving-mother.surname') + adultGivenName(draws, 'loving-mother.given-name', 2),
    since: isoOf(since),
    lastContactAt: pastDate(subject, 'loving-mother.contact', 0, 40),
  };
}

/** The same officer for all children of a village: drawn for the officer, not for the child. */
function officerName({ seed, region }: Subject): string {
  const officer = Number(region.slice(4, 9)) * OFFICERS_PER_TOWN + (Number(region.slice(9)) % OFFICERS_PER_TOWN);
  const draws = drawsFor(`${seed}/safety-officers`, officer);
  return surname(draws, 'surname') + adultGivenName(draws, 'given-name', 2);
}
