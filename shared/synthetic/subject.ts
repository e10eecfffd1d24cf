import { type Day, isoOf } from './calendar';
import type { Draws } from './random';

/** One child to be generated: the facts that every part of the record may depend on. */
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

/** A day between `latest` and `earliest` days ago, but never before the child was born. */
export function pastDay({ draws, today, birthDay }: Subject, topic: string, latest: number, earliest: number): Day {
  return Math.max(birthDay, today - draws.integer(topic, latest, earliest));
}

/** Like `pastDay`, as `YYYY-MM-DD`. */
export function pastDate(subject: Subject, topic: string, latest: number, earliest: number): string {
  return isoOf(pastDay(subject, topic, latest, earliest));
}
