/** A day as the number of days since 1970-01-01: cheap to compare and to count with. */
export type Day = number;

const MILLISECONDS = 24 * 60 * 60 * 1000;

/** @throws RangeError unless `iso` is an existing date like `2026-05-17`. */
export function dayOf(iso: string): Day {
  const milliseconds = Date.parse(`${iso}T00:00:00Z`);
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 10) !== iso) {
    throw new RangeError('A day must exist and be written as YYYY-MM-DD.');
  }
  return milliseconds / MILLISECONDS;
}

/** @returns `YYYY-MM-DD` */
export function isoOf(day: Day): string {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

/** The same day of another month, or the last day of that month if it is shorter. */
export function addMonths(day: Day, months: number): Day {
  const date = new Date(day * MILLISECONDS);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + months;
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastOfMonth)) / MILLISECONDS;
}

/** The year in which the school year of `today` began: school years begin on 1 September. */
export function schoolYearOf(today: string): number {
  const year = Number(today.slice(0, 4));
  return today.slice(5) < '09-01' ? year - 1 : year;
}
