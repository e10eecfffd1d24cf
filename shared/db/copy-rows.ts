import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { quoteIdentifier } from './migrate';

export type ColumnValue = string | number | boolean | null | readonly string[];

/** One row: a value per column. */
export type Row = Readonly<Record<string, ColumnValue>>;

/** Writes rows into `<schema>.<table>` with COPY, the fastest way. All rows must have the columns of the first one. */
export async function copyRows(
  client: ClientBase,
  table: string,
  rows: readonly Row[],
  schema: 'base' | 'pg_temp' = 'base',
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const list = columns.map(quoteIdentifier).join(', ');
  const lines = rows.map((row) => `${columns.map((column) => field(row[column])).join('\t')}\n`).join('');
  await pipeline(
    Readable.from([lines]),
    client.query(copyFrom(`copy ${schema}.${quoteIdentifier(table)} (${list}) from stdin`)),
  );
}

/** The text format of COPY: backslash escapes, \N for null. */
function field(value: ColumnValue | undefined): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'object') {
    return escapeText(`{${value.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
  }
  return typeof value === 'string' ? escapeText(value) : String(value);
}

function escapeText(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
