import { addDays, addMonths, todayInChina } from '../../../shared/dates';
import type { WorkingCalendar } from './calendar';

/** A length of time as practices write it: `72h`, `7d`, `5wd` (working days), `1m`. */
export interface Duration {
  readonly count: number;
  readonly unit: 'h' | 'd' | 'wd' | 'm';
}

export const DURATION = /^([1-9]\d{0,3})(h|d|wd|m)$/;

/** @param text one that DURATION matches. */
export function parseDuration(text: string): Duration {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  return { count: Number(count), unit: unit as Duration['unit'] };
}

const HOUR_MILLISECONDS = 3_600_000;

/** When something is due that has this long from `start`: to the instant by hours, to the end of a day otherwise. */
export function dueAfter(start: Date, duration: Duration, calendar: WorkingCalendar): Date {
  if (duration.unit === 'h') return new Date(start.getTime() + duration.count * HOUR_MILLISECONDS);
  const day = dayAfter(todayInChina(start.getTime()), duration, calendar);
  return new Date(`${addDays(day, 1)}T00:00:00+08:00`);
}

/** The ISO day that lies this long after (or, by a negative sign, before) a day; hours count as days begun. */
export function dayAfter(day: string, { count, unit }: Duration, calendar: WorkingCalendar, sign: 1 | -1 = 1): string {
  switch (unit) {
    case 'h':
      return addDays(day, sign * Math.ceil(count / 24));
    case 'd':
      return addDays(day, sign * count);
    case 'wd':
      return calendar.add(day, sign * count);
    case 'm':
      return addMonths(day, sign * count);
  }
}

/** Whole days and hours, for lengths that are not counted from a working day: windows around a meeting. */
export function milliseconds({ count, unit }: Duration): number {
  return count * (unit === 'h' ? 1 : 24) * HOUR_MILLISECONDS;
}
