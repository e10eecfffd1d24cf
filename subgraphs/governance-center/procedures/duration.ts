import { addDays, addMonths, todayInChina } from '../../../shared/domain/dates';
import type { WorkingCalendar } from './calendar';

/** A length of time as practices write it: `30min`, `72h`, `7d`, `5wd` (working days), `1m` (a month). */
export interface Duration {
  readonly count: number;
  readonly unit: 'min' | 'h' | 'd' | 'wd' | 'm';
}

export const DURATION = /^([1-9]\d{0,3})(min|h|d|wd|m)$/;

/** @param text one that DURATION matches. */
export function parseDuration(text: string): Duration {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  return { count: Number(count), unit: unit as Duration['unit'] };
}

const MINUTE_MILLISECONDS = 60_000;
const DAY_MINUTES = 24 * 60;
/** What a unit counts in minutes, where it is of the clock. */
const CLOCK_MINUTES: Readonly<Partial<Record<Duration['unit'], number>>> = { min: 1, h: 60 };

/** When something is due that has this long from `start`: to the instant by minutes and hours, to the end of a day otherwise. */
export function dueAfter(start: Date, duration: Duration, calendar: WorkingCalendar): Date {
  if (duration.unit in CLOCK_MINUTES) return new Date(start.getTime() + milliseconds(duration));
  const day = dayAfter(todayInChina(start.getTime()), duration, calendar);
  return new Date(`${addDays(day, 1)}T00:00:00+08:00`);
}

/** The ISO day that lies this long after (or, by a negative sign, before) a day; minutes and hours count as days begun. */
export function dayAfter(day: string, { count, unit }: Duration, calendar: WorkingCalendar, sign: 1 | -1 = 1): string {
  switch (unit) {
    case 'min':
    case 'h':
      return addDays(day, sign * Math.ceil((count * (CLOCK_MINUTES[unit] ?? 0)) / DAY_MINUTES));
    case 'd':
      return addDays(day, sign * count);
    case 'wd':
      return calendar.add(day, sign * count);
    case 'm':
      return addMonths(day, sign * count);
  }
}

/** Minutes, hours and whole days, for lengths that are not counted from a working day: windows around a meeting. */
export function milliseconds({ count, unit }: Duration): number {
  return count * (CLOCK_MINUTES[unit] ?? DAY_MINUTES) * MINUTE_MILLISECONDS;
}
