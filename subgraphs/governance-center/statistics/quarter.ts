import { at } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';

/** A quarter of the calendar year, in China. */
export interface Quarter {
  /** `2026Q3`. */
  readonly name: string;
  /** Its first instant, `2026-07-01T00:00:00+08:00`. */
  readonly from: string;
  /** The first instant after it, `2026-10-01T00:00:00+08:00`. */
  readonly until: string;
  /** The first day after it, `2026-10-01`. */
  readonly dayAfter: string;
}

const QUARTER = /^([12]\d{3})Q([1-4])$/;

/**
 * Parses a quarter, which must have ended: daily figures of a current quarter would reveal each day's changes.
 *
 * @param name like `2026Q3`.
 * @throws BAD_USER_INPUT, with the fault FORM or NOT_ENDED.
 */
export function endedQuarter(name: string, now: Date): Quarter {
  const [, year, number] = QUARTER.exec(name) ?? [];
  if (year === undefined) throw refusal('The quarter must be written like 2026Q3.', 'FORM');
  const quarter = quarterOf(Number(year), Number(number));
  if (Date.parse(quarter.until) > now.getTime()) {
    throw refusal('Figures are available only for quarters that have ended.', 'NOT_ENDED');
  }
  return quarter;
}

function quarterOf(year: number, number: number): Quarter {
  const firstDay = firstDayOf(year, number);
  const dayAfter = number === 4 ? firstDayOf(year + 1, 1) : firstDayOf(year, number + 1);
  return { name: `${year}Q${number}`, from: at(firstDay, '00:00'), until: at(dayAfter, '00:00'), dayAfter };
}

const firstDayOf = (year: number, number: number): string => `${year}-${String(3 * number - 2).padStart(2, '0')}-01`;

const refusal = (message: string, fault: string) => failure('BAD_USER_INPUT', message, { argument: 'quarter', fault });
