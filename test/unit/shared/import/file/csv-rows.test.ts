import fc from 'fast-check';
import type { TableRow } from '../../../../../shared/import/file/cell';
import { csvRows } from '../../../../../shared/import/file/csv-rows';
import { Utf8Check } from '../../../../../shared/import/file/encoding';
import { csvLine } from '../../../../../shared/import/report/safe-csv';
import { toGbk } from '../../../../support/enrolment-file';

const seed = Date.now() ^ 0x4180;

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function rowsOf(bytes: Buffer | string, size = 7, encoding: 'utf-8' | 'gb18030' = 'utf-8'): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const row of csvRows(pieces(Buffer.from(bytes as string), size), encoding)) rows.push(row);
  return rows;
}

test('a row has the number of the line where it begins, whatever the cells before it contain', async () => {
  const text = '\uFEFFa,b\r\n1,"x\r\ny\r\n\r\nz"\r\n\r\n"2","say ""so"""\r\n3,q"x\r\n4';
  for (const size of [1, 2, 3, 5, 1_000]) {
    expect((await rowsOf(text, size)).map(({ line, cells }) => [line, ...cells])).toEqual([
      [1, 'a', 'b'],
      [2, '1', 'x\ny\n\nz'],
      [6, ''],
      [7, '2', 'say "so"'],
      [8, '3', 'q"x'],
      [9, '4'],
    ]);
  }
});

test.each([';', '\t'])('cells may be separated by %j', async (delimiter) => {
  expect((await rowsOf(`a${delimiter}b${delimiter}c,d\n`)).map(({ cells }) => cells)).toEqual([['a', 'b', 'c,d']]);
});

test('a quotation mark that is never closed is named by its line', async () => {
  await expect(rowsOf('a,b\n1,2\n"3,4\n5,6\n')).rejects.toThrow(/^Line 3: the row that begins here does not end/);
  await expect(rowsOf(`a,b\n"${'x\n'.repeat(200_000)}`, 65_536)).rejects.toThrow(/^Line 2: /);
});

test(`written CSV is read back unchanged, in both encodings and split anywhere (seed ${seed})`, async () => {
  const cell = fc.string({ unit: fc.constantFrom(...'a1 ,;"\n学籍林'), maxLength: 6 });
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (table, size, gbk) => {
      const text = `h,h\n${table.map(csvLine).join('')}`;
      const read = await rowsOf(gbk ? toGbk(text) : text, size, gbk ? 'gb18030' : 'utf-8');
      expect(read.slice(1).map(({ cells }) => cells)).toEqual(table);
    }),
    { seed, numRuns: 60 },
  );
});

test.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '＝1', '＋1', '－1', '＠x'])(
  '%j is written so that a spreadsheet does not compute it',
  (text) => {
    expect(csvLine([text, 'b']).replaceAll('"', '').startsWith(`'${text}`)).toBe(true);
  },
);

test('an ID number is written so that a spreadsheet does not round it', () => {
  expect(csvLine(['99010120130517002X', '12'])).toBe("'99010120130517002X,12\r\n");
});

test(`bytes are read as UTF-8 if all of them are valid, split anywhere (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 5 }), fc.boolean(), (text, size, spoilt) => {
      const bytes = Buffer.concat([Buffer.from(text), spoilt ? Buffer.from([0xd6, 0xd0]) : Buffer.alloc(0)]);
      const check = new Utf8Check();
      for (let start = 0; start < bytes.length; start += size) check.add(bytes.subarray(start, start + size));
      expect(check.isUtf8).toBe(!spoilt);
    }),
    { seed, numRuns: 200 },
  );
});
