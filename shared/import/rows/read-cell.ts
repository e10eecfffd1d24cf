import type { ColumnValue } from '../../db/copy-rows';
import { hidesCharacters } from '../../domain/free-text';
import { parseIdNumber } from '../../domain/id-number';
import { REGION_CODE, type RegionLevel, regionLevel } from '../../domain/regions';
import { comparable } from '../../domain/visible-text';
import { type Cell, ERROR_VALUE } from '../file/cell';
import { looksLikeFormula } from '../formula';
import type { Column } from '../mapping/column';
import { readDate, readInstant, readMonth } from './read-date';
import type { Reason } from './reasons';
import { whatIsSeen } from './seen';

/** A cell's value as stored in the database, or the reason why it is refused. */
export type CellResult =
  | { readonly value: ColumnValue }
  | { readonly reason: Reason; readonly detail?: string | undefined };

/** Context of a cell's validation. */
export interface CellContext {
  /** ISO day in China. */
  readonly today: string;
  /** The row's ID number, if valid. */
  readonly idNumber: string | undefined;
}

/** Parses and validates a cell. @returns null as the value of an empty optional cell. */
export function readCell(column: Column, cell: Cell | undefined, context: CellContext): CellResult {
  if (typeof cell === 'object' && 'unreadable' in cell) {
    return { reason: UNREADABLE[cell.unreadable] };
  }
  const seen = whatIsSeen(cell);
  if (seen === undefined) return column.required ? { reason: 'REQUIRED' } : { value: null };
  if (ERROR_VALUE.test(seen.given)) return { reason: 'ERROR_CELL' };
  const { stored } = seen;

  switch (column.type) {
    case 'text':
      // A number in a spreadsheet keeps only fifteen digits.
      return stored !== undefined && Math.abs(stored.value) >= 1e15
        ? { reason: 'DIGITS_LOST' }
        : readText(column, seen.given.replace(/\r\n?/g, '\n'));
    case 'id-number':
      return stored !== undefined || SCIENTIFIC.test(seen.text)
        ? { reason: 'DIGITS_LOST' }
        : idNumber(seen.text, context.today);
    case 'birth-date': {
      const date = first(seen.days, readDate);
      if (date === undefined) return { reason: 'DATE_FORM' };
      const { idNumber } = context;
      const agrees = idNumber === undefined || idNumber.slice(6, 14) === date.replaceAll('-', '');
      return agrees ? { value: date } : { reason: 'BIRTH_DATE_DIFFERS' };
    }
    case 'sex': {
      const sex = first(seen.terms, (term) => (Object.hasOwn(SEXES, term) ? SEXES[term] : undefined));
      if (sex === undefined) return { reason: 'CODE_UNKNOWN', detail: '男、女' };
      const { idNumber } = context;
      // GB 11643-1999, 4.2.3: the 17th digit is odd for men.
      const agrees = idNumber === undefined || Number(idNumber.charAt(16)) % 2 === sex % 2;
      return agrees ? { value: sex } : { reason: 'SEX_DIFFERS' };
    }
    case 'region': {
      const code = first(seen.terms, (term) => regionOf(column.levels, term));
      if (code !== undefined) return { value: code };
      return { reason: 'REGION_FORM', detail: column.levels.map((name) => DIGITS[name]).join('/') };
    }
    case 'code': {
      const value = first(seen.terms, (term) => codeOf(column.codes, term));
      return value === undefined ? unknownCode(column.codes) : { value };
    }
    case 'codes': {
      const values = first(seen.terms, (terms) => codesOf(column.codes, terms));
      return values === undefined ? unknownCode(column.codes) : { value: values };
    }
    case 'boolean': {
      const value = first(seen.terms, (term) => BOOLEANS.get(term.toLowerCase()));
      return value === undefined ? { reason: 'CODE_UNKNOWN', detail: '是、否' } : { value };
    }
    case 'date':
      return notInFuture(column, first(seen.days, readDate), 'DATE_FORM', context.today);
    case 'date-time':
      return notInFuture(column, first(seen.days, readInstant), 'DATE_FORM', context.today);
    case 'month':
      return notInFuture(column, first(seen.days, readMonth), 'MONTH_FORM', context.today);
    case 'integer': {
      const value = /^[+-]?\d{1,10}$/.test(seen.number ?? '') ? Number(seen.number) : undefined;
      if (value === undefined) return { reason: 'NUMBER_FORM', detail: '整数 (a whole number)' };
      const fits = value >= column.min && value <= column.max;
      return fits ? { value } : { reason: 'NUMBER_RANGE', detail: `${column.min} ~ ${column.max}` };
    }
    case 'amount': {
      const value = /^\d{1,8}(?:\.\d{1,2})?$/.test(seen.number ?? '') ? Number(seen.number) : undefined;
      if (value === undefined)
        return { reason: 'NUMBER_FORM', detail: '金额，至多两位小数 (an amount with two decimals)' };
      return value <= column.max ? { value } : { reason: 'NUMBER_RANGE', detail: `0 ~ ${column.max}` };
    }
  }
}

// Private:

const UNREADABLE = { formula: 'FORMULA_CELL', error: 'ERROR_CELL', hidden: 'HIDDEN_CHARACTERS' } as const;
const SCIENTIFIC = /^\d+(?:\.\d+)?E\+?\d+$/i;
const SEXES: Readonly<Record<string, 1 | 2>> = { 男: 1, 男性: 1, '1': 1, 女: 2, 女性: 2, '2': 2 };
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['是', '有', '1', 'y', 'yes', 'true'].map((term) => [term, true] as const),
  ...['否', '无', '0', 'n', 'no', 'false'].map((term) => [term, false] as const),
]);
const DIGITS = { PROVINCE: 2, CITY: 4, COUNTY: 6, TOWN: 9, VILLAGE: 12 } as const;

/** The first spelling that can be parsed. */
function first<ColumnValue>(
  spellings: readonly string[],
  read: (spelling: string) => ColumnValue | undefined,
): ColumnValue | undefined {
  for (const spelling of spellings) {
    const value = read(spelling);
    if (value !== undefined) return value;
  }
  return undefined;
}

function idNumber(text: string, today: string): CellResult {
  const parsed = parseIdNumber(text, today);
  return parsed.ok ? { value: parsed.value } : { reason: `ID_${parsed.fault}` };
}

function readText(column: Extract<Column, { type: 'text' }>, text: string): CellResult {
  if (looksLikeFormula(text)) return { reason: 'FORMULA' };
  if (hidesCharacters(column.multiline ? text.replaceAll('\n', '') : text)) return { reason: 'HIDDEN_CHARACTERS' };
  if ([...text].length > column.max) return { reason: 'TOO_LONG', detail: String(column.max) };
  const { pattern } = column;
  const fits = pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(text);
  return fits ? { value: text } : { reason: 'TEXT_FORM' };
}

type Codes = Readonly<Record<string, readonly string[]>>;

function codeOf(codes: Codes, term: string): string | undefined {
  if (Object.hasOwn(codes, term)) return term;
  const found = Object.keys(codes).find((value) => codes[value]?.includes(term));
  return found ?? Object.keys(codes).find((value) => [value, ...(codes[value] ?? [])].map(comparable).includes(term));
}

function codesOf(codes: Codes, terms: string): readonly string[] | undefined {
  const values = terms.split(/[、,;]/).map((term) => codeOf(codes, term.trim()));
  return values.includes(undefined) ? undefined : [...new Set(values as string[])];
}

function regionOf(levels: readonly RegionLevel[], code: string): string | undefined {
  const level = REGION_CODE.test(code) ? regionLevel(code) : undefined;
  return level !== undefined && levels.includes(level) ? code : undefined;
}

function unknownCode(codes: Codes): CellResult {
  return { reason: 'CODE_UNKNOWN', detail: terms(codes).join('、') };
}

/** The term to display for each code: the value itself if Chinese, otherwise its first term. */
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
