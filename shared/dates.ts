const DAY_MILLISECONDS = 86_400_000;
/** China keeps one time zone, without summer time. */
const CHINA_OFFSET_MILLISECONDS = 8 * 3_600_000;

/** Today's date in China, ISO. */
export function todayInChina(now = Date.now()): string {
  return new Date(now + CHINA_OFFSET_MILLISECONDS).toISOString().slice(0, 10);
}

/** The ISO date `days` after (or, negative, before) an ISO date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MILLISECONDS).toISOString().slice(0, 10);
}

/** The instant of a time of day in China, `at('2026-05-17', '09:30')` -> `2026-05-17T09:30:00+08:00`. */
export function at(date: string, time: string): string {
  return `${date}T${time}:00+08:00`;
}
