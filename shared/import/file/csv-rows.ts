import { pipeline, Readable } from 'node:stream';
import { type CsvError, type Info, parse } from 'csv-parse';
import { ImportRefused } from '../refused';
import type { TableRow } from './cell';
import { decoded, type Encoding } from './encoding';

/** Maximum bytes of one row: a longer one has an unclosed quotation mark. */
const LARGEST_ROW = 256 * 1024;

/**
 * Reads the rows of a CSV file (RFC 4180), each with the line where it begins. The separator is the most frequent of
 * comma, semicolon and tab in the first line.
 *
 * @throws {ImportRefused} for an unclosed quotation mark, or text in another encoding.
 */
export async function* csvRows(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<TableRow> {
  const texts = decoded(chunks, encoding);
  const first = await firstLines(texts);
  // Ahead of `lastLine`: the parser runs ahead of the loop.
  let parsedLine = 0;
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(first),
    record_delimiter: '\n',
    info: true,
    // Both are faults of one row, reported with that row.
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LARGEST_ROW,
    on_record(record, { lines }) {
      parsedLine = lines;
      return record;
    },
  });
  let lastLine = 0;
  try {
    // A fault of the text ends the parser, and with it the loop.
    pipeline(Readable.from(prepended(first, texts)), parser, () => undefined);
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      yield { line: lastLine + 1, lastLine: info.lines, cells: record };
      lastLine = info.lines;
    }
  } catch (error) {
    if ((error as CsvError).code === undefined) throw error;
    throw new ImportRefused(
      `Line ${parsedLine + 1}: the row that begins here does not end; a quotation mark may be unclosed.`,
    );
  }
}

// Private:

interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
}

async function firstLines(texts: AsyncGenerator<string>): Promise<string> {
  let text = '';
  while (!text.includes('\n')) {
    const { value, done } = await texts.next();
    if (done) break;
    text += value;
    if (text.length > LARGEST_ROW) throw new ImportRefused('Line 1 does not end: the file is not a table.');
  }
  return text;
}

async function* prepended(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first !== '') yield first;
  for await (const text of rest) if (text !== '') yield text;
}

function delimiterOf(text: string): string {
  const [line = ''] = text.split('\n', 1);
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counts.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ',';
}
