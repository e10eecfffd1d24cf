import { addDays } from '../../../shared/domain/dates';

/** A column of a base table: `education.enrolment.school`. */
export type Column = `${string}.${string}.${string}`;

/** The type of a column whose values can be marked. */
export type MarkedType = 'text' | 'text[]' | 'date' | 'timestamp' | 'number' | 'amount';

const FIRST_DAY = '1950-01-01';
const FIRST_NUMBER = 700_000_000;
const FIRST_AMOUNT = 60_000;
const CENTS = 0.37;
const MARK = /canary(\d+)x|(?<!\d)(7000\d{5})(?!\d)|(?<!\d)(6\d{4})\.37(?!\d)|(?<!\d)(19[56]\d-\d\d-\d\d)/gi;

/**
 * Values that occur nowhere else, each for one column of one row: texts like `canary12x`, days of the 1950s, numbers
 * above 700,000,000, and amounts with 37 cents. Wherever one turns up, it names its column.
 */
export class Marks {
  private readonly columns: Column[] = [];
  private readonly numberOfDay = new Map<string, number>();

  /** A new value of a column. */
  next(column: Column, type: MarkedType): unknown {
    const number = this.columns.push(column) - 1;
    const day = addDays(FIRST_DAY, number);
    if (type === 'date' || type === 'timestamp') this.numberOfDay.set(day, number);
    switch (type) {
      case 'text':
        return `canary${number}x`;
      case 'text[]':
        return [`canary${number}x`];
      case 'date':
        return day;
      case 'timestamp':
        return `${day}T04:00:00.000Z`;
      case 'number':
        return FIRST_NUMBER + number;
      case 'amount':
        return FIRST_AMOUNT + number + CENTS;
    }
  }

  /** The columns whose values a text contains. */
  in(text: string): readonly Column[] {
    const found = [...text.matchAll(MARK)].map(([, marked, number, amount, day = '']) => {
      if (marked !== undefined) return this.columns[Number(marked)];
      if (number !== undefined) return this.columns[Number(number) - FIRST_NUMBER];
      if (amount !== undefined) return this.columns[Number(amount) - FIRST_AMOUNT];
      return this.columns[this.numberOfDay.get(day) ?? -1];
    });
    return [...new Set(found)].filter((column) => column !== undefined);
  }
}
