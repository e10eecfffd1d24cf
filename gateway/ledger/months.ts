import { addMonths, at, todayInChina } from '../../shared/domain/dates';

/** The month of an instant by the calendar in China, `2026-05`: entries are kept and archived by these. */
export function monthOf(instant: string): string {
  return todayInChina(Date.parse(instant)).slice(0, 7);
}

/** @returns when the month begins and when the next one does, ISO 8601 in UTC. */
export function boundsOf(month: string): { readonly from: string; readonly to: string } {
  const first = `${month}-01`;
  return { from: midnight(first), to: midnight(addMonths(first, 1)) };
}

function midnight(date: string): string {
  return new Date(at(date, '00:00')).toISOString();
}
