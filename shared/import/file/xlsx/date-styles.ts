import type { Archive } from './archive';
import { readAllElements } from './elements';

const LIMITS = { bytes: 32e6 };

/** Formats of dates and times that every workbook knows by number (ECMA-376, 18.8.30), those of Chinese Excel included. */
function isBuiltInDate(format: number): boolean {
  return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 45 && format <= 58);
}

/** @returns for each style of cells whether it shows a number as a date or time. */
export async function readDateStyles(archive: Archive, path: string | undefined): Promise<readonly boolean[]> {
  if (path === undefined) return [];
  const custom = new Map<number, boolean>();
  const styles: boolean[] = [];
  let inCellStyles = false;
  await readAllElements(archive.text(path, LIMITS), {
    opened(name, { numFmtId, formatCode = '' }) {
      const format = Number(numFmtId);
      if (name === 'numFmt') custom.set(format, isDateFormat(formatCode));
      if (name === 'cellXfs') inCellStyles = true;
      if (name === 'xf' && inCellStyles) styles.push(custom.get(format) ?? isBuiltInDate(format));
    },
    closed(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}

/** Whether a format has a part of a date or time outside of quotation marks, brackets and escapes. */
export function isDateFormat(code: string): boolean {
  return /[ymdhs]/i.test(code.replace(/"[^"]*"|\[(?![hms]+\])[^\]]*\]|\\.|_.|\*./gi, ''));
}

const DAY_MILLISECONDS = 86_400_000;
/** Day 0 of each of the two calendars of workbooks. In the first one, 1900 is a leap year; so it holds from March 1900. */
const EPOCH = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const;
const FIRST_MARCH_1900 = 61;
const LAST_DAY = 2_958_465;

/** The day, with the time to the minute where it has one, that a workbook stores as a number of days. */
export function dateOf(days: number, calendar: keyof typeof EPOCH): string | undefined {
  if (!(days >= (calendar === 1900 ? FIRST_MARCH_1900 : 0) && days < LAST_DAY)) return undefined;
  const instant = new Date(EPOCH[calendar] + Math.round((days * DAY_MILLISECONDS) / 60_000) * 60_000).toISOString();
  return instant.slice(11, 16) === '00:00' ? instant.slice(0, 10) : instant.slice(0, 16);
}
