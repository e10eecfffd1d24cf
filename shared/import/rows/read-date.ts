import { isDate } from '../../dates';

/** As people write days: 2026-05-17, 2026/5/17, 2026.5.17, 2026年5月17日, 20260517. @returns ISO, or undefined for anything else. */
export function readDate(text: string): string | undefined {
  const [, year, month = '', day = ''] = DATE.exec(text) ?? COMPACT_DATE.exec(text) ?? [];
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDate(iso) ? iso : undefined;
}

/** The same for months: 2026-05, 2026/5, 2026年5月, 202605; of a day, its month. */
export function readMonth(text: string): string | undefined {
  const [, year, month = ''] = MONTH.exec(text) ?? COMPACT_MONTH.exec(text) ?? [];
  const date = year === undefined ? readDate(text) : readDate(`${year}-${month}-1`);
  return date?.slice(0, 7);
}

/** A day, or a day with a time to the minute or second, in China. @returns an instant as PostgreSQL reads it. */
export function readInstant(text: string): string | undefined {
  const [, day = '', hour = '0', minute = '00'] = INSTANT.exec(text) ?? [];
  const date = readDate(day);
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return `${date}T${hour.padStart(2, '0')}:${minute}:00+08:00`;
}

// Private:

const DATE = /^(\d{4})(?:-|\/|\.|年)(\d{1,2})(?:-|\/|\.|月)(\d{1,2})日?$/;
const COMPACT_DATE = /^(\d{4})(\d{2})(\d{2})$/;
const MONTH = /^(\d{4})(?:-|\/|\.|年)(\d{1,2})月?$/;
const COMPACT_MONTH = /^(\d{4})(\d{2})$/;
const INSTANT = /^([^\sT]+)(?:[\sT]+(\d{1,2}):(\d{2})(?::[0-5]\d)?)?$/;
