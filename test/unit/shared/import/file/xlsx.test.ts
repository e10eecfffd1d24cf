import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import writeWorkbook, { type SheetData } from 'write-excel-file/node';
import type { TableRow } from '../../../../../shared/import/file/cell';
import { TableFile } from '../../../../../shared/import/file/table-file';
import { cellFormat } from '../../../../../shared/import/file/xlsx/cell-format';

const folder = mkdtempSync(join(tmpdir(), 'record-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(bytes: Uint8Array, sheet?: string): Promise<TableRow[]> {
  const path = join(folder, 'x.xlsx');
  writeFileSync(path, bytes);
  const file = await TableFile.open(path, { sheet });
  try {
    const rows: TableRow[] = [];
    for await (const row of file.rows()) rows.push(row);
    return rows;
  } finally {
    await file.close();
  }
}

const workbookOf = (data: SheetData): Promise<Buffer> =>
  writeWorkbook([
    { data, sheet: '甲' },
    { data: [['乙']], sheet: '乙' },
  ]).toBuffer();

type Parts = Record<string, Uint8Array>;

/** A workbook with some parts replaced. */
async function changed(parts: Record<string, string | Uint8Array>, data: SheetData = [['a']]): Promise<Uint8Array> {
  const entries: Parts = unzipSync(await workbookOf(data));
  for (const [path, content] of Object.entries(parts)) {
    entries[path] = typeof content === 'string' ? strToU8(content) : content;
  }
  return zipSync(entries);
}

const sheetOf = (rows: string) =>
  changed({ 'xl/worksheets/sheet1.xml': `<x:worksheet xmlns:x="m"><x:sheetData>${rows}</x:sheetData></x:worksheet>` });

test('texts, numbers, dates and times are read as the workbook stores them, with their row number', async () => {
  const rows = await rowsOf(
    await workbookOf([
      ['身份证号', 'a & <b>'],
      [],
      [
        '99010120130517002X',
        990101201305170000,
        { value: new Date(Date.UTC(2026, 4, 17)), type: Date, format: 'yyyy/mm/dd' },
        { value: new Date(Date.UTC(2026, 4, 17, 9, 30)), type: Date, format: 'yyyy"年"m"月"d"日" hh:mm' },
        null,
        true,
        { value: 20_260_517, type: Number, format: '0.00' },
      ],
    ]),
  );
  expect(rows).toMatchObject([
    { line: 1, cells: ['身份证号', 'a & <b>'] },
    ...(rows.length === 3 ? [{ line: 2, cells: [] }] : []),
    {
      line: 3,
      cells: [
        '99010120130517002X',
        { value: 990101201305170000, date: undefined },
        { date: '2026-05-17' },
        { date: '2026-05-17T09:30' },
        '',
        'TRUE',
        { value: 20_260_517, shown: '20260517.00', number: '20260517', date: undefined },
      ],
    },
  ]);
});

test('neither a formula’s stored value nor an error is read', async () => {
  const [row] = await rowsOf(
    await sheetOf(
      '<x:row><x:c><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c t="str"><x:f/><x:v>a</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row>',
    ),
  );
  expect(row?.cells).toEqual([{ unreadable: 'formula' }, { unreadable: 'formula' }, { unreadable: 'error' }]);
});

test('omitted rows and cells are counted', async () => {
  const rows = await rowsOf(
    await sheetOf(
      '<x:row r="5"><x:c r="C5" t="inlineStr"><x:is><x:t>c</x:t></x:is></x:c></x:row><x:row><x:c t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>b</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:is></x:c></x:row>',
    ),
  );
  expect(rows.map(({ line, cells }) => [line, ...cells])).toEqual([
    [5, '', '', 'c'],
    [6, 'ab'],
  ]);
});

test('days are counted from 1904 if the workbook says so', async () => {
  const bytes = await workbookOf([[{ value: new Date(Date.UTC(2026, 4, 17)), type: Date, format: 'yyyy-mm-dd' }]]);
  const parts = unzipSync(bytes);
  const workbook = Buffer.from(parts['xl/workbook.xml'] as Uint8Array).toString();
  parts['xl/workbook.xml'] = strToU8(
    workbook.replace(
      /<workbookPr[^>]*>|<sheets>/,
      (found) => `<workbookPr date1904="1"/>${found.startsWith('<sheets') ? found : ''}`,
    ),
  );
  expect(await rowsOf(zipSync(parts))).toMatchObject([{ cells: [{ date: '2030-05-18' }] }]);
});

test.each([
  ['yyyy-mm-dd', true],
  ['[$-804]yyyy"年"m"月"', true],
  ['yyyy"年"m"月"d"日";@', true],
  ['[h]:mm', false],
  ['aaaa', false],
  ['0.00', false],
  ['"days" 0', false],
  ['[Red]0;[Blue]-0', false],
  ['@', false],
])('the format %s shows a day or month: %p', (format, date) => {
  expect(cellFormat(format, 1900).number(46_149).date !== undefined).toBe(date);
});

test('another sheet is read by its name', async () => {
  expect(await rowsOf(await workbookOf([['a']]), '乙')).toMatchObject([{ cells: ['乙'] }]);
  await expect(rowsOf(await workbookOf([['a']]), '丙')).rejects.toThrow('no sheet of that name; it has 甲, 乙.');
});

describe('a damaged workbook is refused:', () => {
  test('truncated anywhere', async () => {
    const whole = await workbookOf(Array.from({ length: 50 }, (_, index) => [`row ${index}`]));
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      await expect(rowsOf(whole.subarray(0, whole.length * share))).rejects.toThrow(/^The workbook cannot be read: /);
    }
  });

  test('a part that unpacks to an excessive size, or declares a wrong size', async () => {
    const bomb = Buffer.from(await changed({ 'xl/styles.xml': new Uint8Array(40e6) }));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(rowsOf(bomb)).rejects.toThrow('its part xl/styles.xml unpacks to more than 32 MB');
    // The size in the list of parts at the end, four bytes.
    const size = Buffer.alloc(4);
    size.writeUInt32LE(40e6);
    for (let at = bomb.indexOf(size); at >= 0; at = bomb.indexOf(size, at + 1)) bomb.writeUInt32LE(1_000, at);
    await expect(rowsOf(bomb)).rejects.toThrow(
      /^The workbook cannot be read: the part xl\/styles.xml cannot be unpacked/,
    );
  });

  test('changed bytes', async () => {
    const parts: Parts = unzipSync(await workbookOf([['abcdefgh']]));
    const bytes = Buffer.from(zipSync(parts, { level: 0 }));
    bytes[bytes.indexOf('abcdefgh')] = 'x'.charCodeAt(0);
    await expect(rowsOf(bytes)).rejects.toThrow(/has a wrong checksum/);
  });

  test.each([
    [
      'XML that is not well-formed',
      { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row></sheetData>' },
      /not well-formed XML/,
    ],
    [
      'entities',
      {
        'xl/worksheets/sheet1.xml':
          '<!DOCTYPE a [<!ENTITY b "c">]><worksheet><row><c t="str"><v>&b;</v></c></row></worksheet>',
      },
      /declares a document type/,
    ],
    ['no workbook', { 'xl/workbook.xml': '<workbook/>' }, /no sheet of that name/],
    [
      'a text that is not there',
      { 'xl/worksheets/sheet1.xml': '<worksheet><row><c t="s"><v>99</v></c></row></worksheet>' },
      /refers to a missing text/,
    ],
    [
      'a cell far to the right',
      { 'xl/worksheets/sheet1.xml': '<worksheet><row><c r="XFD1"><v>1</v></c></row></worksheet>' },
      /more than 256 columns/,
    ],
    [
      'a number that is none',
      { 'xl/worksheets/sheet1.xml': '<worksheet><row><c><v>1e999</v></c></row></worksheet>' },
      /does not contain a number/,
    ],
    [
      'a row without a number',
      { 'xl/worksheets/sheet1.xml': '<worksheet><row r="x"/></worksheet>' },
      /a row has no number/,
    ],
  ])('%s', async (_, parts, message) => {
    await expect(changed(parts as Record<string, string>).then((bytes) => rowsOf(bytes))).rejects.toThrow(message);
  });

  test('an archive that is not a workbook', async () => {
    await expect(rowsOf(zipSync({ 'a.txt': strToU8('a') }))).rejects.toThrow(/is an archive without a workbook/);
  });
});
