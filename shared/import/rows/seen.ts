import { comparable, trimUnseen } from '../../domain/visible-text';
import type { Cell, StoredNumber } from '../file/cell';
import { general } from '../file/xlsx/cell-format';

/** What a person sees in a cell, in the spellings in which a column may take it. */
export interface Seen {
  /** The text as it was given, without what nobody sees before and after it. */
  readonly given: string;
  /** The same in one spelling: full-width digits and letters are what they look like. */
  readonly text: string;
  /** The number that the text is, without grouping and empty decimals: `1234.5`, `20`; undefined for anything else. */
  readonly number: string | undefined;
  /** What codes are looked up by. */
  readonly terms: readonly string[];
  /** What days are read from. */
  readonly days: readonly string[];
  /** What a workbook stores as a number. */
  readonly stored: StoredNumber | undefined;
}

/** @returns undefined where there is nothing to be seen. */
export function whatIsSeen(cell: Exclude<Cell, { readonly unreadable: unknown }> | undefined): Seen | undefined {
  if (typeof cell === 'object') return ofNumber(cell);
  // Lists of refused rows and hand-made files have it before long numbers, to keep a spreadsheet from rounding them.
  const given = trimUnseen(trimUnseen(cell ?? '').replace(/^'/, ''));
  if (given === '') return undefined;
  const text = comparable(given);
  const number = numberIn(text);
  const whole = number !== undefined && number !== text && /^\d+$/.test(number) ? [number] : [];
  return { given, text, number, terms: [text, ...whole], days: [text, ...whole], stored: undefined };
}

// Private:

function ofNumber(stored: StoredNumber): Seen {
  const { shown, number, date } = stored;
  const text = comparable(shown);
  // Of 2026.1, nobody knows whether somebody has typed 2026.10.
  const days = date === undefined ? [text, ...(number === undefined ? [] : [number])].filter(isNoFraction) : [date];
  return { given: shown, text, number, terms: [text, ...(number === undefined ? [] : [number])], days, stored };
}

function isNoFraction(text: string): boolean {
  return !/^-?\d+\.\d+$/.test(text);
}

/** The number of a text, as a spreadsheet would show it: of `1.1000000000000001`, that is 1.1. */
function numberIn(text: string): string | undefined {
  const [, sign = '', digits, fraction = ''] = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const whole = sign + digits.replaceAll(',', '');
  return /^0*$/.test(fraction) ? whole : general(Number(`${whole}.${fraction}`));
}
