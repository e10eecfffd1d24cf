import { isDate } from '../../domain/dates';

/**
 * Parses a day as people write it: 2026-05-17, 2026/5/17, 2026.5.17, 2026年5月17日, 20260517, optionally with a time as
 * programs write it. Never changes the day: a time whose offset would make it another day in China is refused.
 *
 * @returns ISO, or undefined for anything else.
 */
export function readDate(text: string): string | undefined {
  const parts = partsOf(text);
  return parts !== undefined && inChina(parts).startsWith(parts.day) ? parts.day : undefined;
}

/** Parses a month: 2026-05, 2026/5, 2026年5月, 202605; of a day, its month. */
export function readMonth(text: string): string | undefined {
  const [, year, month = ''] = MONTH.exec(text) ?? COMPACT_MONTH.exec(text) ?? [];
  const date = year === undefined ? readDate(text) : readDate(`${year}-${month}-1`);
  return date?.slice(0, 7);
}

/**
 * Parses a day, or a day with a time to the minute or second, in China unless it has an offset.
 *
 * @returns an instant for PostgreSQL.
 */
export function readInstant(text: string): string | undefined {
  const parts = partsOf(text);
  return parts && inChina(parts);
}

// Private:

const CHINA = '+08:00';
const CHINA_MILLISECONDS = 8 * 3_600_000;

const DATE = /^(\d{4})(?:-|\/|\.|年)(\d{1,2})(?:-|\/|\.|月)(\d{1,2})日?$/;
const COMPACT_DATE = /^(\d{4})(\d{2})(\d{2})$/;
const MONTH = /^(\d{4})(?:-|\/|\.|年)(\d{1,2})月?$/;
const COMPACT_MONTH = /^(\d{4})(\d{2})$/;
/** 9:30, 09:30:15, 9时30分, 00:00:00.0; the offset of ISO 8601 after it. */
const DAY_AND_TIME =
  /^([^\sT]+?)(?:(?:\s+|T|(?<=日))(\d{1,2})[:时](\d{2})(?:分|分?[:分](\d{2})秒?(?:\.\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

interface DateParts {
  /** ISO, unchanged. */
  readonly day: string;
  /** `09:30:00` */
  readonly time: string;
  readonly offset: string | undefined;
}

function partsOf(text: string): DateParts | undefined {
  const [, first = '', hour = '0', minute = '00', second = '00', offset] = DAY_AND_TIME.exec(text) ?? [];
  const [, year, month = '', day = ''] = DATE.exec(first) ?? COMPACT_DATE.exec(first) ?? [];
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parts = { day: iso, time: `${hour.padStart(2, '0')}:${minute}:${second}`, offset: offset && isoOffset(offset) };
  const instant = Date.parse(`${iso}T${parts.time}${parts.offset ?? CHINA}`);
  return isDate(iso) && Number(hour) < 24 && !Number.isNaN(instant) ? parts : undefined;
}

/** `+08` and `+0800` as `+08:00`. */
function isoOffset(offset: string): string {
  if (offset === 'Z') return offset;
  return `${offset.slice(0, 3)}:${offset.replace(':', '').slice(3) || '00'}`;
}

/** The instant on China's clock, `2026-09-01T00:00:00+08:00`. */
function inChina({ day, time, offset = CHINA }: DateParts): string {
  const instant = new Date(Date.parse(`${day}T${time}${offset}`) + CHINA_MILLISECONDS).toISOString();
  return `${instant.slice(0, 19)}${CHINA}`;
}
