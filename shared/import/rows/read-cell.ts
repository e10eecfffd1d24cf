import type { Value } from '../../db/copy-rows';
import { hidesCharacters } from '../../hand-written';
import { parseIdNumber } from '../../id-number';
import { REGION_CODE, regionLevel } from '../../regions';
import type { Cell } from '../file/cell';
import { looksLikeFormula } from '../formula';
import type { Column } from '../mapping/column';
import { readDate, readInstant, readMonth } from './read-date';
import type { Reason } from './reasons';

/** What a cell says, as the database stores it, or why it cannot be taken. */
export type CellResult = { readonly value: Value } | { readonly reason: Reason; readonly detail?: string | undefined };

/** What a cell is judged by besides itself. */
export interface CellContext {
  /** ISO day in China. */
  readonly today: string;
  /** Of the same row, where it has a valid one. */
  readonly idNumber: string | undefined;
}

/** @returns null as the value of an empty cell that may be empty. */
export function readCell(column: Column, cell: Cell | undefined, context: CellContext): CellResult {
  if (typeof cell === 'object' && 'unreadable' in cell) {
    return { reason: cell.unreadable === 'formula' ? 'FORMULA_CELL' : 'ERROR_CELL' };
  }
  const number = typeof cell === 'object' ? cell : undefined;
  const raw = typeof cell === 'string' ? cell : (number?.date ?? number?.written ?? '');
  // Lists of refused rows and hand-made files have it before long numbers, to keep a spreadsheet from rounding them.
  const text = raw.trim().replace(/^'/, '');
  if (text.trim() === '') return column.required ? { reason: 'REQUIRED' } : { value: null };

  if (column.type === 'text') {
    // Fifteen digits are all that a number in a spreadsheet keeps.
    if (number !== undefined && losesDigits(number.written, number.value)) return { reason: 'DIGITS_LOST' };
    return readText(column, text.normalize('NFC'));
  }
  // Full-width digits and letters are what they look like.
  const plain = text.normalize('NFKC').trim();
  switch (column.type) {
    case 'id-number':
      return number !== undefined || SCIENTIFIC.test(plain)
        ? { reason: 'DIGITS_LOST' }
        : idNumber(plain, context.today);
    case 'birth-date': {
      const date = readDate(plain);
      if (date === undefined) return { reason: 'DATE_FORM' };
      const { idNumber } = context;
      const agrees = idNumber === undefined || idNumber.slice(6, 14) === date.replaceAll('-', '');
      return agrees ? { value: date } : { reason: 'BIRTH_DATE_DIFFERS' };
    }
    case 'sex': {
      const sex = SEXES[plain];
      if (sex === undefined) return { reason: 'CODE_UNKNOWN', detail: '男、女' };
      const { idNumber } = context;
      // GB 11643-1999, 4.2.3: the 17th digit is odd for men.
      const agrees = idNumber === undefined || Number(idNumber.charAt(16)) % 2 === sex % 2;
      return agrees ? { value: sex } : { reason: 'SEX_DIFFERS' };
    }
    case 'region': {
      const level = REGION_CODE.test(plain) ? regionLevel(plain) : undefined;
      if (level !== undefined && column.levels.includes(level)) return { value: plain };
      return { reason: 'REGION_FORM', detail: column.levels.map((name) => DIGITS[name]).join('/') };
    }
    case 'code': {
      const value = codeOf(column.codes, plain);
      return value === undefined ? unknownCode(column.codes) : { value };
    }
    case 'codes': {
      const values = plain.split(/[、,;，；]/).map((term) => codeOf(column.codes, term.trim()));
      return values.includes(undefined) ? unknownCode(column.codes) : { value: [...new Set(values as string[])] };
    }
    case 'boolean': {
      const value = BOOLEANS[plain.toLowerCase()];
      return value === undefined ? { reason: 'CODE_UNKNOWN', detail: '是、否' } : { value };
    }
    case 'date':
      return notInFuture(column, readDate(plain), 'DATE_FORM', context.today);
    case 'date-time':
      return notInFuture(column, readInstant(plain), 'DATE_FORM', context.today);
    case 'month':
      return notInFuture(column, readMonth(plain), 'MONTH_FORM', context.today);
    case 'integer': {
      const value = /^[+-]?\d{1,10}$/.test(plain) ? Number(plain) : undefined;
      if (value === undefined) return { reason: 'NUMBER_FORM', detail: '整数 (a whole number)' };
      const fits = value >= column.min && value <= column.max;
      return fits ? { value } : { reason: 'NUMBER_RANGE', detail: `${column.min} ~ ${column.max}` };
    }
    case 'amount': {
      const value = /^\d{1,8}(?:\.\d{1,2})?$/.test(plain) ? Number(plain) : undefined;
      if (value === undefined)
        return { reason: 'NUMBER_FORM', detail: '金额，至多两位小数 (an amount with two decimals)' };
      return value <= column.max ? { value } : { reason: 'NUMBER_RANGE', detail: `0 ~ ${column.max}` };
    }
  }
}

// Private:

const SCIENTIFIC = /^\d+(?:\.\d+)?E\+?\d+$/i;
const SEXES: Readonly<Record<string, 1 | 2>> = { 男: 1, 男性: 1, '1': 1, 女: 2, 女性: 2, '2': 2 };
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ 是: true, 有: true, '1': true, y: true, yes: true, true: true },
  ...{ 否: false, 无: false, '0': false, n: false, no: false, false: false },
};
const DIGITS = { PROVINCE: 2, CITY: 4, COUNTY: 6, TOWN: 9, VILLAGE: 12 } as const;

function losesDigits(written: string, value: number): boolean {
  return Number.isInteger(value) ? Math.abs(value) >= 1e15 : written.replace(/\D/g, '').length > 15;
}

function idNumber(text: string, today: string): CellResult {
  const parsed = parseIdNumber(text, today);
  return parsed.ok ? { value: parsed.value } : { reason: `ID_${parsed.fault}` };
}

function readText(column: Extract<Column, { type: 'text' }>, text: string): CellResult {
  if (looksLikeFormula(text)) return { reason: 'FORMULA' };
  if (hidesCharacters(column.multiline ? text.replaceAll('\n', '') : text)) return { reason: 'HIDDEN_CHARACTERS' };
  if (text.length > column.max) return { reason: 'TOO_LONG', detail: String(column.max) };
  const { pattern } = column;
  const fits = pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(text);
  return fits ? { value: text } : { reason: 'TEXT_FORM' };
}

type Codes = Readonly<Record<string, readonly string[]>>;

function codeOf(codes: Codes, term: string): string | undefined {
  if (Object.hasOwn(codes, term)) return term;
  return Object.keys(codes).find((value) => codes[value]?.includes(term));
}

function unknownCode(codes: Codes): CellResult {
  return { reason: 'CODE_UNKNOWN', detail: terms(codes).join('、') };
}

/** What people are told to write for each code: the value itself where it is a Chinese one, or else its first term. */
export function terms(codes: Codes): readonly string[] {
  return Object.entries(codes).map(([value, [first]]) => (/\p{Script=Han}/u.test(value) ? value : (first ?? value)));
}

function notInFuture(
  { past }: { readonly past: boolean },
  value: string | undefined,
  form: Reason,
  today: string,
): CellResult {
  if (value === undefined) return { reason: form };
  return past && value.slice(0, 10) > today ? { reason: 'IN_FUTURE' } : { value };
}
