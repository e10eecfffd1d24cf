import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { checkDigit } from '../../../../../shared/domain/id-number';
import type { Cell } from '../../../../../shared/import/file/cell';
import { TableFile } from '../../../../../shared/import/file/table-file';
import { cellFormat } from '../../../../../shared/import/file/xlsx/cell-format';
import { columnSchema } from '../../../../../shared/import/mapping/column';
import { readCell } from '../../../../../shared/import/rows/read-cell';
import { type StyledCell, type StyledSheet, styledWorkbook } from '../../../../support/styled-workbook';

const seed = Date.now() ^ 0x29500;
const TODAY = '2026-11-22';
const folder = mkdtempSync(join(tmpdir(), 'record-seen-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(bytes: Uint8Array, options: { sheet?: string; hidden?: boolean } = {}): Promise<Cell[][]> {
  const path = join(folder, 'x.xlsx');
  writeFileSync(path, bytes);
  const file = await TableFile.open(path, options);
  try {
    const rows: Cell[][] = [];
    for await (const { cells } of file.rows()) rows.push([...cells]);
    return rows;
  } finally {
    await file.close();
  }
}

const read = (fields: object, cell: Cell | undefined) =>
  readCell(columnSchema.parse({ header: '列', ...fields }), cell, { today: TODAY, idNumber: undefined });

type Written = StyledCell | string;
const text = (stored: string, format?: string): StyledCell => ({
  stored,
  type: 'inlineStr',
  ...(format !== undefined && { format }),
});
const number = (stored: string | number, format = 'General'): StyledCell => ({ stored: String(stored), format });

/** Days from the beginning of a workbook's calendar. */
const daysOf = (iso: string) => (Date.parse(`${iso}Z`) - Date.UTC(1899, 11, 30)) / 86_400_000;

const UNSEEN = ['', ' ', '\u3000', '\u200b', '\ufeff', '\u202d', '\u00a0\u2060'];
const around = (inner: string) => UNSEEN.map((unseen) => `${unseen}${inner}${unseen}`);
const fullWidth = (digits: string) => digits.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
const day = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2026-11-20T00:00:00Z'), noInvalidDate: true })
  .map((instant) => instant.toISOString().slice(0, 10));
const time = fc.constantFrom('00:00:00', '12:00:00', '00:00:01', '09:30:00', '23:59:59');

/** Spellings in text files and workbooks of one value. */
interface Spelt {
  readonly value: unknown;
  readonly cells: readonly Written[];
}

const days = (iso: string) => [
  ...around(iso),
  iso.replaceAll('-', '/'),
  iso.replaceAll('-', ''),
  `${iso.replaceAll('-', '')}.0`,
  iso.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日'),
  fullWidth(iso.replaceAll('-', '.')),
  number(iso.replaceAll('-', '')),
  number(`${iso.replaceAll('-', '')}.0`, '0'),
];
const dayFormats = [
  'yyyy-mm-dd',
  'yyyy/m/d',
  'yyyy"年"m"月"d"日"',
  '[$-804]yyyy"年"m"月"d"日";@',
  'm/d/yy',
  'm"月"d"日"',
];

/** By type of column: cell contents and stored values. */
const TYPES: Readonly<Record<string, { readonly fields?: object; readonly spelt: fc.Arbitrary<Spelt> }>> = {
  'id-number': {
    spelt: fc.tuple(day, fc.integer({ min: 100, max: 999 })).map(([birth, sequence]) => {
      const first17 = `990101${birth.replaceAll('-', '')}${sequence}`;
      const value = first17 + checkDigit(first17);
      return { value, cells: [...around(value), fullWidth(value), value.toLowerCase(), `'${value}`, text(value, '@')] };
    }),
  },
  'birth-date': {
    spelt: day.map((iso) => ({
      value: iso,
      cells: [...days(iso), ...dayFormats.map((format) => number(daysOf(iso), format))],
    })),
  },
  date: {
    spelt: fc.tuple(day, time).map(([iso, clock]) => ({
      value: iso,
      cells: [
        ...days(iso),
        `${iso} ${clock}`,
        `${iso}T${clock}`,
        `${iso} ${clock}.0`,
        `${iso}T${clock}.000+08:00`,
        `${iso}T${clock}+0800`,
        `${iso}T12:00:00Z`,
        { stored: `${iso}T${clock}`, type: 'd' },
        ...[...dayFormats, 'yyyy-mm-dd hh:mm', 'yyyy/m/d h:mm:ss'].map((format) =>
          number(daysOf(`${iso}T${clock}`), format),
        ),
        // As close to midnight as a number can be.
        ...dayFormats.map((format) => number(daysOf(iso) + 0.999_999_999, format)),
      ],
    })),
  },
  'date-time': {
    spelt: fc.tuple(day, time).map(([iso, clock]) => ({
      value: `${iso}T${clock}+08:00`,
      cells: [
        ...around(`${iso} ${clock}`),
        `${iso}T${clock}`,
        `${iso.replaceAll('-', '/')} ${clock}.00`,
        `${iso}T${clock}+08:00`,
        new Date(`${iso}T${clock}+08:00`).toISOString(),
        `${iso} ${clock.replace(/^0/, '').replace(/:(\d+):(\d+)/, '时$1分$2秒')}`,
        number(daysOf(`${iso}T${clock}`), 'yyyy-mm-dd hh:mm:ss'),
        number(daysOf(`${iso}T${clock}`), 'yyyy"年"m"月"d"日" h"时"mm"分"ss"秒"'),
        ...(clock.endsWith(':00') ? [number(daysOf(`${iso}T${clock}`), 'yyyy/m/d h:mm')] : []),
        ...(clock === '00:00:00' ? [iso, ...dayFormats.map((format) => number(daysOf(iso), format))] : []),
      ],
    })),
  },
  month: {
    spelt: fc.tuple(day, time).map(([iso, clock]) => ({
      value: iso.slice(0, 7),
      cells: [
        ...around(iso.slice(0, 7)),
        iso.slice(0, 7).replace('-', '年').concat('月'),
        iso.slice(0, 7).replace('-', ''),
        `${iso.slice(0, 7).replace('-', '')}.0`,
        `${iso} ${clock}`,
        number(iso.slice(0, 7).replace('-', '')),
        number(iso.slice(0, 7).replace('-', ''), '0000"年"00"月"'),
        ...[...dayFormats, 'yyyy"年"m"月"', 'mmm-yy'].map((format) => number(daysOf(`${iso}T${clock}`), format)),
      ],
    })),
  },
  sex: {
    spelt: fc.constantFrom(1, 2).map((value) => ({
      value,
      cells: [
        ...around(value === 1 ? '男' : '女'),
        `${value}.0`,
        fullWidth(`${value}`),
        number(value),
        number(`${value}.0`),
        number(value, '0"类"'),
      ],
    })),
  },
  region: {
    spelt: fc.integer({ min: 990_101_001_001, max: 990_199_999_999 }).map((code) => ({
      value: String(code),
      cells: [
        ...around(`${code}`),
        `${code}.0`,
        fullWidth(`${code}`),
        ...[`${code}`, `${code}.0`, code.toExponential()].flatMap((stored) =>
          ['General', '0', '@', '000000000000', '0.00E+00'].map((format) => number(stored, format)),
        ),
      ],
    })),
  },
  code: {
    fields: { codes: { 八年级: ['8', '初二'], '小学（含教学点）': [] } },
    spelt: fc.constant({
      value: '八年级',
      cells: [
        ...around('初二'),
        '8',
        '8.0',
        '８',
        '八年级\ufe00',
        number('8'),
        number('8.0'),
        number('8.0000000000000002'),
        number(8, '0"年级"'),
        number(8, '0.00'),
      ],
    }),
  },
  codes: {
    fields: { codes: { A: ['1', '甲'], B: ['2', '（乙）'] } },
    spelt: fc.constantFrom(
      { value: ['A'], cells: ['1.0', '甲、1', number(1), number('1.0', '0.0')] },
      { value: ['B', 'A'], cells: ['（乙）、甲', '2，1', '(乙);甲', '\u200b2 、 1'] },
    ),
  },
  boolean: {
    spelt: fc.boolean().map((value) => ({
      value,
      cells: [
        ...around(value ? '是' : '否'),
        value ? 'Yes' : 'no',
        `${Number(value)}.0`,
        number(Number(value)),
        number(`${Number(value)}.0`, '0.00'),
        { stored: String(Number(value)), type: 'b' },
      ],
    })),
  },
  integer: {
    spelt: fc.integer({ min: 0, max: 2_000_000 }).map((value) => ({
      value,
      cells: [
        ...around(`${value}`),
        `${value}.0`,
        `${value}.00`,
        value.toLocaleString('en'),
        fullWidth(`${value}`),
        ...[
          'General',
          '0',
          '#,##0',
          '0.00',
          '0"天"',
          '000',
          '@',
          '"¥"#,##0.00',
          '#,##0_);(#,##0)',
          'G/通用格式',
        ].flatMap((format) => [number(value, format), number(`${value}.0`, format)]),
        // Computed values with a rounding error, which the display hides; zero with such an error is not zero.
        ...(value === 0 ? [] : [`${value}.0000000000000001`, number(value + 1e-10)]),
        number(value - 0.2, '0'),
      ],
    })),
  },
  amount: {
    fields: { max: 99_999_999.99 },
    spelt: fc.integer({ min: 0, max: 9_999_999 }).map((cents) => ({
      value: cents / 100,
      cells: [
        ...around((cents / 100).toFixed(2)),
        `${(cents / 100).toFixed(2)}00`,
        (cents / 100).toLocaleString('en', { minimumFractionDigits: 2 }),
        ...['General', '0.00', '#,##0.00', '¥#,##0.00', '_ ¥* #,##0.00_ ', '0.00"元"', '@'].map((format) =>
          number(cents / 100, format),
        ),
        // 0.1 + 0.2
        number(((cents / 100) * (1 + Number.EPSILON)).toPrecision(17)),
        number(cents / 100 + 0.001, '0.00'),
      ],
    })),
  },
  text: {
    fields: { max: 40, multiline: true },
    spelt: fc.constantFrom(
      { value: '3班', cells: [...around('3班'), number(3, '0"班"'), number('3.0', 'General"班"')] },
      { value: '1.1', cells: ['1.1', number('1.1000000000000001'), number('1.1', '0.0')] },
      { value: '8', cells: [number('8.0'), number('8', '@'), number('8.4', '0')] },
      { value: '007', cells: ['007', number(7, '000')] },
      { value: '2026年5月7日', cells: ['2026年5月7日', number(46_149.5, 'yyyy"年"m"月"d"日"')] },
      { value: '甲\n乙', cells: ['甲\n乙', '甲_x000D_\n乙', '甲_x000d__x000A_乙'] },
      { value: 'a_x000D_b', cells: ['a_x005F_x000D_b'] },
      // A name is stored unchanged, because people choose its variants.
      { value: '葛\u{e0100}城', cells: around('葛\u{e0100}城') },
      { value: '\uf9d1明', cells: around('\uf9d1明') },
      { value: 'TRUE', cells: [{ stored: '1', type: 'b' as const }] },
    ),
  },
};

test('every type of column is tested', () => {
  expect(Object.keys(TYPES).toSorted()).toEqual(columnSchema.options.map(({ shape }) => shape.type.value).toSorted());
});

test.each(Object.entries(TYPES))(
  `%s: the displayed value is stored (seed ${seed})`,
  async (type, { fields, spelt }) => {
    const samples = fc.sample(spelt, { seed, numRuns: 25 });
    const expected = samples.flatMap(({ value, cells }) => cells.map((cell) => ({ cell, value })));
    const rows = await rowsOf(styledWorkbook([{ name: '甲', rows: expected.map(({ cell }) => [cell]) }]));
    expect(expected.map(({ cell }, index) => ({ cell, ...read({ type, ...fields }, rows[index]?.[0]) }))).toEqual(
      expected.map(({ cell, value }) => ({ cell, value })),
    );
    // The same values in text files.
    for (const { cell, value } of expected) {
      if (typeof cell === 'string' && !cell.includes('_x'))
        expect([cell, read({ type, ...fields }, cell)]).toEqual([cell, { value }]);
    }
  },
);

test.each<[string, object, Written, string]>([
  ['a fraction', { type: 'integer' }, number(20.5), 'NUMBER_FORM'],
  ['a fraction as text', { type: 'integer' }, '20.5', 'NUMBER_FORM'],
  ['commas that group nothing', { type: 'integer' }, '1,2', 'NUMBER_FORM'],
  ['a percentage', { type: 'integer' }, number(0.2, '0%'), 'NUMBER_FORM'],
  ['a sign that is not shown', { type: 'integer', min: -9 }, number(-5, '0;0'), 'NUMBER_FORM'],
  ['a date', { type: 'integer' }, number(46_149, 'yyyy-mm-dd'), 'NUMBER_FORM'],
  ['three decimals', { type: 'amount', max: 99 }, number('12.345'), 'NUMBER_FORM'],
  ['a time without a day', { type: 'date' }, number(46_149.5, 'h:mm'), 'DATE_FORM'],
  ['a month without a day', { type: 'date' }, number(46_149, 'yyyy"年"m"月"'), 'DATE_FORM'],
  ['a day of the week', { type: 'date' }, number(46_149, 'aaaa'), 'DATE_FORM'],
  ['another day in China', { type: 'date' }, '2026-08-31T16:00:00Z', 'DATE_FORM'],
  ['an offset that there is not', { type: 'date-time' }, '2026-08-31T16:00:00+99:00', 'DATE_FORM'],
  ['2026.10, which a number makes 2026.1', { type: 'month' }, number('2026.1'), 'MONTH_FORM'],
  ['a number that shows nothing', { type: 'integer' }, number(5, ';;;'), 'HIDDEN_CHARACTERS'],
  ['a text that shows nothing', { type: 'text', max: 9 }, text('甲', ';;;'), 'HIDDEN_CHARACTERS'],
  ['an error as text', { type: 'text', max: 9 }, '#N/A', 'ERROR_CELL'],
  ['a direction mark within', { type: 'text', max: 9 }, '甲\u202e乙', 'HIDDEN_CHARACTERS'],
  ['an ID number without its last digits', { type: 'id-number' }, number('9.9010120130517E+17'), 'DIGITS_LOST'],
])('%s is refused rather than guessed', async (_, fields, cell, reason) => {
  const [row] = await rowsOf(styledWorkbook([{ name: '甲', rows: [[cell]] }]));
  expect(read(fields, row?.[0])).toMatchObject({ reason });
});

test('days are counted from 1904 if the workbook says so, and displayed accordingly', async () => {
  const cells = [number(daysOf('2026-05-07') - 1_462, 'yyyy-mm-dd'), { stored: '2026-05-07', type: 'd' as const }];
  const [row] = await rowsOf(styledWorkbook([{ name: '甲', rows: [cells] }], { date1904: true }));
  expect(row?.map((cell) => read({ type: 'date' }, cell))).toEqual([{ value: '2026-05-07' }, { value: '2026-05-07' }]);
  expect(read({ type: 'text', max: 20 }, row?.[0])).toEqual({ value: '2026-05-07' });
});

test('an unreadable format displays like General', () => {
  for (const code of ['"x', 'constructor', '__proto__', '[', '0'.repeat(10_000), '']) {
    expect(cellFormat(code, 1900).number(12.5)).toMatchObject({ number: '12.5' });
  }
});

test('zero is empty in every format that displays it as nothing', () => {
  const cells = [
    number(0, '#,##0;-#,##0;"-"'),
    number('-0.2', '0'),
    number('-0.001', '0.00'),
    number(0, '0.00'),
    number('-0'),
  ];
  for (const { stored, format = '' } of cells) {
    expect(read({ type: 'integer' }, cellFormat(format, 1900).number(Number(stored)))).toEqual({ value: 0 });
  }
});

describe('hidden content', () => {
  const sheet = (name: string, more: Partial<StyledSheet> = {}): StyledSheet => ({
    name,
    rows: [
      ['a', 'b'],
      [name, '1'],
      ['c', '2'],
    ],
    ...more,
  });

  test('a hidden sheet is read only by name and with the option', async () => {
    for (const state of ['hidden', 'veryHidden'] as const) {
      const bytes = styledWorkbook([sheet('旧', { state }), sheet('学籍'), sheet('说明')]);
      expect((await rowsOf(bytes))[1]).toEqual(['学籍', '1']);
      await expect(rowsOf(bytes, { sheet: '旧' })).rejects.toThrow('The sheet 旧 is hidden.');
      expect((await rowsOf(bytes, { sheet: '旧', hidden: true }))[1]).toEqual(['旧', '1']);
      const file = await TableFile.open(join(folder, 'x.xlsx'));
      expect(file.told).toBe('Reads sheet 学籍. Leaves out: 旧 (hidden), 说明.');
      await file.close();
    }
    await expect(rowsOf(styledWorkbook([sheet('旧', { state: 'hidden' })]))).rejects.toThrow('The sheet 旧 is hidden.');
  });

  test('hidden rows and columns with values refuse the sheet, unless the option allows them', async () => {
    const refused: readonly [StyledSheet, string][] = [
      [sheet('甲', { hiddenRows: [2] }), 'Row 3 of the sheet has content but is hidden'],
      [sheet('甲', { hiddenColumns: [1] }), 'Column B of the sheet has content but is hidden'],
      [
        sheet('甲', { before: '<cols><col min="2" max="2" width="0"/></cols>' }),
        'Column B of the sheet has content but is hidden',
      ],
    ];
    for (const [one, message] of refused) {
      await expect(rowsOf(styledWorkbook([one]))).rejects.toThrow(message);
      expect(await rowsOf(styledWorkbook([one]), { hidden: true })).toHaveLength(3);
    }
    const empty = sheet('甲', { hiddenRows: [3], hiddenColumns: [2, 3], rows: [['a'], ['b'], ['c'], ['']] });
    expect(await rowsOf(styledWorkbook([empty]))).toHaveLength(4);
  });

  test('zeros are not read from a sheet that hides zeros', async () => {
    const zeros = sheet('甲', {
      before: '<sheetViews><sheetView showZeros="0"/></sheetViews>',
      rows: [[number(0), number(1)]],
    });
    expect(await rowsOf(styledWorkbook([zeros]))).toMatchObject([[{ unreadable: 'hidden' }, { shown: '1' }]]);
  });

  test('a formatted empty cell of the last column is ignored', async () => {
    const formatted = sheet('甲', { afterFirstRow: '<c r="XFD1" s="0"/>' });
    expect(await rowsOf(styledWorkbook([formatted]))).toMatchObject([['a', 'b'], {}, {}]);
  });
});
