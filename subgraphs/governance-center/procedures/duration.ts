import { addDays, addMonths, todayInChina } from '../../../shared/domain/dates';
import type { WorkingCalendar } from './calendar';

/** A duration as in `practices.yaml`: `30min`, `72h`, `7d`, `5wd` (working days), `1m` (a month). */
export interface Duration {
  readonly count: number;
  readonly unit: 'min' | 'h' | 'd' | 'wd' | 'm';
}

export const DURATION = /^([1-9]\d{0,3})(min|h|d|wd|m)$/;

/** @param text must match DURATION. */
export function parseDuration(text: string): Duration {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  return { count: Number(count), unit: unit as Duration['unit'] };
}

const MINUTE_MILLISECONDS = 60_000;
const DAY_MINUTES = 24 * 60;
/** The minutes of a unit, for minutes and hours. */
const CLOCK_MINUTES: Readonly<Partial<Record<Duration['unit'], number>>> = { min: 1, h: 60 };

/**
 * The due time of a duration from `start`: the exact instant for minutes and hours, otherwise the end of a day in
 * China.
 */
export function dueAfter(start: Date, duration: Duration, calendar: WorkingCalendar): Date {
  if (duration.unit in CLOCK_MINUTES) return new Date(start.getTime() + milliseconds(duration));
  const day = dayAfter(todayInChina(start.getTime()), duration, calendar);
  return new Date(`${addDays(day, 1)}T00:00:00+08:00`);
}

/** The ISO day this long after a day, or before it with the sign -1; minutes and hours count as started days. */
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

/**
 * Milliseconds of a duration in minutes, hours or days, which does not depend on working days: windows around a
 * meeting.
 */
export function milliseconds({ count, unit }: Duration): number {
  return count * (CLOCK_MINUTES[unit] ?? DAY_MINUTES) * MINUTE_MILLISECONDS;
}
