import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

const TICKS_PER_SECOND = 100;

/** CPU time of a process so far: user and system time of all threads. */
export function cpuMilliseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

/** The value below which this share of the values is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * Where the median lies that these values are a sample of, with 95 % confidence, whatever their distribution: order
 * statistics of the sign test (normal approximation, for a dozen values or more).
 */
export function medianInterval(values: readonly number[]): { readonly least: number; readonly most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const below = Math.max(0, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2));
  return { least: sorted[below] ?? Number.NaN, most: sorted[sorted.length - 1 - below] ?? Number.NaN };
}

export function machine(): string {
  const [processor] = cpus();
  return `Node.js ${process.version}, ${cpus().length} x ${processor?.model ?? 'unknown processor'}`;
}

/** The load average of the last minute. */
export const loadOf = (): string => (loadavg()[0] ?? Number.NaN).toFixed(1);

export type Target = { readonly most: number; readonly value: number };

export const verdict = ({ value, most }: Target): string => (value <= most ? 'met' : 'MISSED');

/** Columns as wide as their widest cell, the first to the left and all others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((wide, row) => {
    row.forEach((cell, column) => {
      wide[column] = Math.max(wide[column] ?? 0, cell.length);
    });
    return wide;
  }, []);
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}
