import { format, getFormatDateInfo, getFormatInfo } from 'numfmt';
import type { StoredNumber } from '../cell';
import { type Calendar, DAYS_FROM_1900_TO_1904, dateOf, type ShownTime } from './stored-date';

/** How a style displays a cell's stored value. */
export interface CellFormat {
  number(value: number): StoredNumber;
  text(value: string): string;
}

/** Longer than any format that Excel accepts. */
const LONGEST_FORMAT = 255;
const OPTIONS = { locale: 'zh-CN', leap1900: true, dateErrorNumber: true } as const;

/**
 * @param code a number format (ECMA-376, 18.8.31), such as `0.00`, `yyyy"年"m"月"` or `0"班"`; an unreadable one displays like
 * `General`.
 */
export function cellFormat(code: string, calendar: Calendar): CellFormat {
  const pattern = readable(code);
  const { type, isDate, maxDecimals, scale } = getFormatInfo(pattern);
  const ofDate = isDate ? shownOf(pattern) : undefined;
  const fixed = maxDecimals === 0 ? '0' : `0.${'0'.repeat(maxDecimals)}`;
  const plain = (value: number): string | undefined => {
    switch (type) {
      case 'general':
      case 'text':
      // An opened cell shows the full value, of which the sheet shows two or three digits.
      case 'scientific':
        return general(value);
      case 'number':
      case 'grouped':
      case 'currency':
        return withoutZeros(format(fixed, value * scale, OPTIONS));
      default:
        return undefined;
    }
  };
  const shownText = (value: number): string => {
    if (pattern === GENERAL || pattern === '@') return general(value);
    const days = isDate && calendar === 1904 ? value + DAYS_FROM_1900_TO_1904 : value;
    return format(pattern, days, OPTIONS);
  };
  return {
    number(value) {
      const shown = shownText(value).trim();
      const number = plain(value);
      return {
        value,
        shown,
        number: number !== undefined && shows(shown, number) ? number : undefined,
        date: ofDate && dateOf(value, calendar, ofDate),
      };
    },
    // Most formats display texts unchanged.
    text: (value) => (/@|;[^;]*;[^;]*;/.test(pattern) && pattern !== '@' ? format(pattern, value, OPTIONS) : value),
  };
}

/** Whole numbers as displayed in an opened cell, 15 digits; others as displayed in the sheet, 11 characters. */
export function general(value: number): string {
  const whole = Number.isInteger(value) && Math.abs(value) < 1e15;
  return whole ? String(value === 0 ? 0 : value) : format(GENERAL, value, OPTIONS);
}

// Private:

const GENERAL = 'General';

function readable(code: string): string {
  // As Chinese programs write them.
  const pattern = code.replaceAll('G/通用格式', GENERAL).replaceAll('上午/下午', 'AM/PM');
  try {
    if (pattern.length > LONGEST_FORMAT) return GENERAL;
    format(pattern, 1, OPTIONS);
    return pattern;
  } catch {
    return GENERAL;
  }
}

/** @returns undefined if a format displays neither day nor month, such as a time or a weekday. */
function shownOf(pattern: string): ShownTime | undefined {
  const { year, month, day, hours, seconds } = getFormatDateInfo(pattern);
  if (!month || !(year || day)) return undefined;
  return seconds ? 'second' : hours ? 'minute' : day ? 'day' : 'month';
}

function withoutZeros(number: string): string {
  return (number.includes('.') ? number.replace(/\.?0+$/, '') : number).replace(/^-0$/, '0');
}

/** Whether the text displays this number, sign included: a format may omit either. */
function shows(shown: string, number: string): boolean {
  // Also `-0`, and the dash of accounting formats for zero.
  if (number === '0') return /[0\-–—]/.test(shown) && !/[1-9]/.test(shown);
  const negative = number.startsWith('-');
  const seen = shown.replaceAll(',', '');
  return (/[EＥ]/i.test(seen) || seen.includes(number.replace('-', ''))) && negative === /[-(（−]/.test(seen);
}
