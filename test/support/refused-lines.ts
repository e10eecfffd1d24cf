import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** The codes of a list of refused rows by line, without their columns. */
export async function refusedLines(path: string): Promise<ReadonlyMap<number, string>> {
  const rows: string[][] = parse(await readFile(path), { bom: true, relax_column_count: true });
  const lines = rows.slice(1).map(([line, codes = '']) => [Number(line), codes.split('=').at(-1) ?? ''] as const);
  if (new Set(lines.map(([line]) => line)).size < lines.length) throw new Error('A line is reported twice.');
  return new Map(lines);
}
