const DAY_MILLISECONDS = 86_400_000;
/**
 * Day 0 of the two calendars of workbooks. The first one treats 1900 as a leap year, so it is valid from March 1900.
 */
const EPOCH = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const;
const FIRST_MARCH_1900 = 61;
const LAST_DAY = 2_958_465;

export type Calendar = keyof typeof EPOCH;

/** The precision that a cell's format displays. */
export type ShownTime = 'month' | 'day' | 'minute' | 'second';

/**
 * Converts a number of days to the displayed date and time. A time late in the day stays on that day, however the
 * number is rounded.
 *
 * @returns `2026-05`, `2026-05-17`, `2026-05-17T09:30` or `2026-05-17T09:30:15`; undefined for an invalid date.
 */
export function dateOf(days: number, calendar: Calendar, shown: ShownTime): string | undefined {
  if (!(days >= (calendar === 1900 ? FIRST_MARCH_1900 : 0) && days < LAST_DAY)) return undefined;
  const day = Math.floor(days);
  const time = Math.min(Math.round((days - day) * DAY_MILLISECONDS), DAY_MILLISECONDS - 1);
  const instant = new Date(EPOCH[calendar] + day * DAY_MILLISECONDS + time).toISOString();
  return instant.slice(0, { month: 7, day: 10, minute: 16, second: 19 }[shown]);
}

/** Converts a date or time that a workbook stores as text (ISO 8601, without an offset) to a number of days. */
export function daysOf(text: string, calendar: Calendar): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/.test(text)) return undefined;
  const instant = Date.parse(text.length === 10 ? text : `${text}Z`);
  return Number.isNaN(instant) ? undefined : (instant - EPOCH[calendar]) / DAY_MILLISECONDS;
}

/** Converts a number of days in the calendar from 1904 to the one from 1900. */
export const DAYS_FROM_1900_TO_1904 = (EPOCH[1904] - EPOCH[1900]) / DAY_MILLISECONDS;
