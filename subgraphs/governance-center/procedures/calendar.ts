import { z } from 'zod';
import { readYaml } from '../../../shared/cli/read-yaml';
import { addDays, isDate } from '../../../shared/domain/dates';

const day = z.string().refine(isDate, 'must be a day like 2026-05-01');

const span = z
  .string()
  .refine(
    (text) => text.split('..').length <= 2 && text.split('..').every(isDate),
    'must be a day or 2026-05-01..2026-05-05',
  )
  .transform((text) => {
    const [first = '', last = first] = text.split('..');
    return { first, last };
  })
  .refine(({ first, last }) => first <= last, 'must not end before it begins');

const calendarFile = z.record(
  z.string().regex(/^\d{4}$/, 'must be a year'),
  z.strictObject({ holidays: z.array(span), workdays: z.array(day) }),
);

/** Working days (工作日): Monday to Friday except public holidays, and the weekend days that replace them. */
export class WorkingCalendar {
  private readonly holidays = new Set<string>();
  private readonly workdays: ReadonlySet<string>;

  /**
   * @param fileName for faults.
   * @throws FileFaults for an invalid calendar.
   */
  constructor(yaml: string, fileName: string) {
    // As text, days do not depend on a library or time zone.
    const years = Object.values(readYaml(yaml, fileName, calendarFile, { asText: true }));
    this.workdays = new Set(years.flatMap(({ workdays }) => workdays));
    for (const { first, last } of years.flatMap(({ holidays }) => holidays)) {
      for (let one = first; one <= last; one = addDays(one, 1)) this.holidays.add(one);
    }
  }

  isWorkingDay(date: string): boolean {
    if (this.workdays.has(date)) return true;
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    return weekday !== 0 && weekday !== 6 && !this.holidays.has(date);
  }

  /**
   * The working day `count` working days after a day, or before it for a negative count. The day itself does not count.
   */
  add(date: string, count: number): string {
    const step = Math.sign(count);
    let left = Math.abs(count);
    let current = date;
    while (left > 0) {
      current = addDays(current, step);
      if (this.isWorkingDay(current)) left -= 1;
    }
    return current;
  }
}
