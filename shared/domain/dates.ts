const DAY_MILLISECONDS = 86_400_000;
/** China has one time zone, without summer time. */
const CHINA_OFFSET_MILLISECONDS = 8 * 3_600_000;

/** Whether a text is a valid date like `2026-05-17`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Today's date in China, ISO. */
export function todayInChina(now = Date.now()): string {
  return new Date(now + CHINA_OFFSET_MILLISECONDS).toISOString().slice(0, 10);
}

/** Adds days, or with a negative number subtracts them, from an ISO date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MILLISECONDS).toISOString().slice(0, 10);
}

/**
 * Adds months, or with a negative number subtracts them, from an ISO date; the last day of the month if it has no such
 * day.
 */
export function addMonths(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10);
}

/** The instant of a time of day in China, `at('2026-05-17', '09:30')` -> `2026-05-17T09:30:00+08:00`. */
export function at(date: string, time: string): string {
  return `${date}T${time}:00+08:00`;
}

/** Age on `day` of someone born on `birthDate`, both ISO, in completed years. */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
