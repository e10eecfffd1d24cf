import { addMonths, at, todayInChina } from '../../shared/domain/dates';

/** The month of an instant in China, `2026-05`: the unit of storage and archiving. */
export function monthOf(instant: string): string {
  return todayInChina(Date.parse(instant)).slice(0, 7);
}

/** @returns the beginnings of the month and of the next one, ISO 8601 in UTC. */
export function boundsOf(month: string): { readonly from: string; readonly to: string } {
  const first = `${month}-01`;
  return { from: midnight(first), to: midnight(addMonths(first, 1)) };
}

function midnight(date: string): string {
  return new Date(at(date, '00:00')).toISOString();
}
