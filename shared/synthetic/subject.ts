import { type Day, isoOf } from './calendar';
import type { Draws } from './random';

/** One child to be invented: what every part of the record may depend on besides the other parts. */
export interface Subject {
  readonly draws: Draws;
  readonly seed: string;
  readonly index: number;
  readonly today: Day;
  /** The year in which the current school year began. */
  readonly schoolYear: number;
  readonly birthDay: Day;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  /** Completed years today. */
  readonly age: number;
  /** The village of residence, 12 digits. */
  readonly region: string;
}

/** A day from `latest` days ago back to `earliest` days ago, but never before the child was born. */
export function pastDay({ draws, today, birthDay }: Subject, topic: string, latest: number, earliest: number): Day {
  return Math.max(birthDay, today - draws.integer(topic, latest, earliest));
}

/** As `pastDay`, `YYYY-MM-DD`. */
export function pastDate(subject: Subject, topic: string, latest: number, earliest: number): string {
  return isoOf(pastDay(subject, topic, latest, earliest));
}
