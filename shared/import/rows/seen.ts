import { comparable, trimUnseen } from '../../domain/visible-text';
import type { Cell, StoredNumber } from '../file/cell';
import { general } from '../file/xlsx/cell-format';

/** The displayed content of a cell, in the forms that columns parse. */
export interface Seen {
  /** The text, without invisible characters at its ends. */
  readonly given: string;
  /** The text in canonical form: full-width digits and letters as ordinary ones. */
  readonly text: string;
  /** The text as a number, without grouping and empty decimals: `1234.5`, `20`; undefined for anything else. */
  readonly number: string | undefined;
  /** For looking up codes. */
  readonly terms: readonly string[];
  /** For parsing days. */
  readonly days: readonly string[];
  /** For a workbook's number. */
  readonly stored: StoredNumber | undefined;
}

/** @returns undefined if nothing is displayed. */
export function whatIsSeen(cell: Exclude<Cell, { readonly unreadable: unknown }> | undefined): Seen | undefined {
  if (typeof cell === 'object') return ofNumber(cell);
  // Lists of refused rows and hand-made files put an apostrophe before long numbers, so that a spreadsheet does not
  // round them.
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
  // 2026.1 may have been typed as 2026.10.
  const days = date === undefined ? [text, ...(number === undefined ? [] : [number])].filter(isNoFraction) : [date];
  return { given: shown, text, number, terms: [text, ...(number === undefined ? [] : [number])], days, stored };
}

function isNoFraction(text: string): boolean {
  return !/^-?\d+\.\d+$/.test(text);
}

/** Parses a number in a text, as a spreadsheet would display it: 1.1 for `1.1000000000000001`. */
function numberIn(text: string): string | undefined {
  const [, sign = '', digits, fraction = ''] = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const whole = sign + digits.replaceAll(',', '');
  return /^0*$/.test(fraction) ? whole : general(Number(`${whole}.${fraction}`));
}
