import { isDate, todayInChina } from './dates';
import { comparable } from './visible-text';

/** GB 11643-1999, 4.2.2: the weight of each of the first 17 digits, left to right. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** The check digit by the weighted sum modulo 11. */
const CHECK_DIGITS = '10X98765432';

const LENGTH = 18;
/** Longest input that is parsed: a number with invisible characters around it is shorter. */
const LONGEST_SPELLING = 200;
const SHAPE = /^[0-9]{17}[0-9X]$/;
const EARLIEST_BIRTH_YEAR = 1900;

export type IdNumberFault = 'LENGTH' | 'CHARACTERS' | 'BIRTH_DATE' | 'CHECK_DIGIT';

export type IdNumberResult =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly fault: IdNumberFault };

/**
 * Parses a resident ID number (公民身份号码, GB 11643-1999) as people write it: accepts full-width digits, a lowercase `x`, the
 * Roman numeral `Ⅹ`, surrounding spaces and invisible characters; `value` is the 18 characters with an uppercase `X`. A
 * fault names the problem and never contains the input.
 *
 * @param today ISO date that no birth date may be after; the current day in China by default.
 */
export function parseIdNumber(input: string, today: string = todayInChina()): IdNumberResult {
  if (input.length > LONGEST_SPELLING) return { ok: false, fault: 'LENGTH' };
  const value = comparable(input).replace(/x$/, 'X');
  if (value.length !== LENGTH) return { ok: false, fault: 'LENGTH' };
  if (!SHAPE.test(value)) return { ok: false, fault: 'CHARACTERS' };
  if (!isBirthDate(value.slice(6, 14), today)) return { ok: false, fault: 'BIRTH_DATE' };
  if (checkDigit(value.slice(0, 17)) !== value.charAt(17)) return { ok: false, fault: 'CHECK_DIGIT' };
  return { ok: true, value };
}

/**
 * The 18th character of a resident ID number: `0` to `9` or `X`.
 *
 * @param first17 17 ASCII digits; not verified, because `parseIdNumber` and the generator already know.
 */
export function checkDigit(first17: string): string {
  let sum = 0;
  for (const [position, weight] of WEIGHTS.entries()) sum += weight * (first17.charCodeAt(position) - 48);
  return CHECK_DIGITS.charAt(sum % 11);
}

/** @param digits `YYYYMMDD` */
function isBirthDate(digits: string, today: string): boolean {
  const iso = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  return isDate(iso) && Number(digits.slice(0, 4)) >= EARLIEST_BIRTH_YEAR && iso <= today;
}
