import { ageOn } from '../domain/dates';
import { type BirthPlan, birthOf, birthPlan } from './births';
import { type Day, dayOf, isoOf, schoolYearOf } from './calendar';
import type { SyntheticChild } from './child';
import { circumstancesOf } from './circumstances';
import { companionshipOf } from './companionship';
import { eventsOf } from './events';
import { NEIGHBOUR_VILLAGES, VILLAGES } from './geography';
import { householdOf } from './household';
import { personOf } from './person';
import { asRegistered, locationProtectionOf, PLACE_UNKNOWN } from './places';
import { drawsFor } from './random';
import { notedFacts, riskOf } from './risk';
import { schoolingOf } from './schooling';
import { STORY_COUNT, storyAt } from './stories';
import type { Subject } from './subject';

/** A synthetic population: the same three values always give the same children. */
export interface District {
  readonly seed: string;
  /** Number of children, including the nine stories: 9 to 1,000,000. A child does not depend on it. */
  readonly size: number;
  /** `YYYY-MM-DD`: every child is a minor on this day, and dates are relative to it. */
  readonly today: string;
}

const LARGEST_SIZE = 1_000_000;
const NEIGHBOURS = 0.01;

/**
 * The child at an index of the district: first the stories, then children drawn from the seed.
 *
 * @throws RangeError if the district's size or day is invalid, or the index outside it.
 */
export function childAt(district: District, index: number): SyntheticChild {
  const plan = planOf(district);
  if (!Number.isInteger(index) || index < 0 || index >= district.size) {
    throw new RangeError('The index must be an integer from 0 to below the size of the district.');
  }
  return childOf(plan, index);
}

/** Yields all children in the order of their index. @throws RangeError like `childAt`, on the first step. */
export function* children(district: District): Generator<SyntheticChild, void, undefined> {
  const plan = planOf(district);
  for (let index = 0; index < district.size; index += 1) yield childOf(plan, index);
}

// Private:

/** Values that all children of a district share, computed once. */
interface Plan {
  readonly seed: string;
  readonly todayDate: string;
  readonly today: Day;
  readonly schoolYear: number;
  readonly births: BirthPlan;
  readonly firstBirth: number;
}

function planOf({ seed, size, today }: District): Plan {
  if (!Number.isInteger(size) || size < STORY_COUNT || size > LARGEST_SIZE) {
    throw new RangeError(`The size must be an integer from ${STORY_COUNT} to ${LARGEST_SIZE}.`);
  }
  const day = dayOf(today);
  return {
    seed,
    todayDate: today,
    today: day,
    schoolYear: schoolYearOf(today),
    births: birthPlan(day),
    firstBirth: drawsFor(seed, 0).unit('births'),
  };
}

function childOf(plan: Plan, index: number): SyntheticChild {
  if (index < STORY_COUNT) return storyAt(plan.todayDate, index);

  const draws = drawsFor(plan.seed, index);
  const birth = birthOf(plan.births, index, plan.firstBirth);
  const birthDate = isoOf(birth.day);
  const subject: Subject = {
    draws,
    seed: plan.seed,
    index,
    today: plan.today,
    schoolYear: plan.schoolYear,
    birthDay: birth.day,
    birthDate,
    age: ageOn(plan.todayDate, birthDate),
    region: draws.pick('village', draws.chance('neighbour', NEIGHBOURS) ? NEIGHBOUR_VILLAGES : VILLAGES),
  };
  const person = personOf(subject, birth);
  const circumstances = circumstancesOf(subject);
  const schooling = schoolingOf(subject, circumstances, person.idNumber);
  const events = eventsOf(subject, circumstances, schooling);
  const living: SyntheticChild = {
    index,
    story: null,
    person,
    region: subject.region,
    placeKnown: !draws.chance('place-unknown', PLACE_UNKNOWN),
    locationProtection: locationProtectionOf(subject, circumstances, events),
    household: householdOf(subject, circumstances),
    circumstances,
    schooling,
    events,
    companionship: companionshipOf(subject, circumstances),
    risk: riskOf(notedFacts(circumstances, schooling, events), subject),
  };
  return asRegistered(living, draws);
}
