import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../../../../shared/config/project-root';
import type { Cell, TableRow } from '../../../../../shared/import/file/cell';
import { cellFormat } from '../../../../../shared/import/file/xlsx/cell-format';
import { type Column, columnSchema } from '../../../../../shared/import/mapping/column';
import type { Kind } from '../../../../../shared/import/mapping/mapping';
import { readHeader } from '../../../../../shared/import/rows/header';
import { readCell } from '../../../../../shared/import/rows/read-cell';
import { readRow } from '../../../../../shared/import/rows/read-row';
import { REASONS } from '../../../../../shared/import/rows/reasons';

const TODAY = '2026-11-22';
const column = (fields: object): Column => columnSchema.parse({ header: '列', ...fields });
const read = (fields: object, cell: Cell | undefined, idNumber?: string) =>
  readCell(column(fields), cell, { today: TODAY, idNumber });
const number = (stored: string, format = 'General'): Cell => cellFormat(format, 1900).number(Number(stored));

const ID = '99010120130517002X';

describe('an ID number', () => {
  test.each<[string, Cell, object]>([
    ['as it is', ID, { value: ID }],
    ['as people and spreadsheets write it', " '９９0101201305170 02x".replaceAll(' 0', '0'), { value: ID }],
    ['too short', ID.slice(1), { reason: 'ID_LENGTH' }],
    ['with letters', 'A9010120130517002X', { reason: 'ID_CHARACTERS' }],
    ['of the 30th of February', '990101201302300024', { reason: 'ID_BIRTH_DATE' }],
    ['with a wrong check digit', '990101201305170021', { reason: 'ID_CHECK_DIGIT' }],
    ['that a workbook stored as a number', number('9.9010120130517E+17'), { reason: 'DIGITS_LOST' }],
    ['that a spreadsheet saved as a number', '9.9E+17', { reason: 'DIGITS_LOST' }],
    ['that is a formula', { unreadable: 'formula' }, { reason: 'FORMULA_CELL' }],
    ['that is missing', '', { reason: 'REQUIRED' }],
  ])('%s', (_, cell, result) => {
    expect(read({ type: 'id-number', required: true }, cell)).toEqual(result);
  });

  test('must agree with the birth date and sex beside it', () => {
    expect(read({ type: 'birth-date' }, '2013年5月17日', ID)).toEqual({ value: '2013-05-17' });
    expect(read({ type: 'birth-date' }, '2013-05-18', ID)).toEqual({ reason: 'BIRTH_DATE_DIFFERS' });
    expect(read({ type: 'birth-date' }, number('41411', 'yyyy-mm-dd'), ID)).toEqual({ value: '2013-05-17' });
    expect(read({ type: 'sex' }, '女', ID)).toEqual({ value: 2 });
    expect(read({ type: 'sex' }, '男', ID)).toEqual({ reason: 'SEX_DIFFERS' });
    expect(read({ type: 'sex' }, number('2'), ID)).toEqual({ value: 2 });
    expect(read({ type: 'sex' }, '未知', ID)).toMatchObject({ reason: 'CODE_UNKNOWN' });
  });
});

test.each<[object, Cell | undefined, object]>([
  [{ type: 'date' }, '2026/5/7', { value: '2026-05-07' }],
  [{ type: 'date' }, '20260507', { value: '2026-05-07' }],
  [{ type: 'date' }, number('20260507'), { value: '2026-05-07' }],
  [{ type: 'date' }, number('46149', 'yyyy-mm-dd'), { value: '2026-05-07' }],
  // It is unclear whether that is a day.
  [{ type: 'date' }, number('46149'), { reason: 'DATE_FORM' }],
  [{ type: 'date' }, '2026-02-29', { reason: 'DATE_FORM' }],
  [{ type: 'date' }, '5/7/2026', { reason: 'DATE_FORM' }],
  [{ type: 'date', past: true }, '2026-11-22', { value: '2026-11-22' }],
  [{ type: 'date', past: true }, '2026-11-23', { reason: 'IN_FUTURE' }],
  [{ type: 'date-time' }, '2026-05-07 9:30', { value: '2026-05-07T09:30:00+08:00' }],
  [{ type: 'date-time' }, '2026年5月7日', { value: '2026-05-07T00:00:00+08:00' }],
  [{ type: 'date-time' }, '2026-05-07 24:30', { reason: 'DATE_FORM' }],
  [{ type: 'month' }, '2026年5月', { value: '2026-05' }],
  [{ type: 'month' }, '202605', { value: '2026-05' }],
  [{ type: 'month' }, number('46149', 'yyyy-mm-dd'), { value: '2026-05' }],
  [{ type: 'month' }, '2026-13', { reason: 'MONTH_FORM' }],
  [{ type: 'month', past: true }, '2026-12', { reason: 'IN_FUTURE' }],
  [{ type: 'region' }, '990101001001', { value: '990101001001' }],
  [{ type: 'region' }, number('990101001001'), { value: '990101001001' }],
  [{ type: 'region' }, '990101', { reason: 'REGION_FORM', detail: '9/12' }],
  [{ type: 'code', codes: { A: ['甲'] } }, '甲', { value: 'A' }],
  [{ type: 'code', codes: { A: ['甲'] } }, 'A', { value: 'A' }],
  [{ type: 'code', codes: { A: ['甲'] } }, 'constructor', { reason: 'CODE_UNKNOWN', detail: '甲' }],
  [{ type: 'codes', codes: { A: ['甲'], B: ['乙'] } }, '乙、甲；乙', { value: ['B', 'A'] }],
  [{ type: 'codes', codes: { A: ['甲'], B: ['乙'] } }, '乙、丙', { reason: 'CODE_UNKNOWN', detail: '甲、乙' }],
  [{ type: 'boolean' }, '是', { value: true }],
  [{ type: 'boolean' }, number('0'), { value: false }],
  [{ type: 'boolean' }, '也许', { reason: 'CODE_UNKNOWN', detail: '是、否' }],
  [{ type: 'integer', max: 31 }, '２０', { value: 20 }],
  [{ type: 'integer', max: 31 }, '32', { reason: 'NUMBER_RANGE', detail: '0 ~ 31' }],
  [{ type: 'integer' }, '2147483648', { reason: 'NUMBER_RANGE', detail: '0 ~ 2147483647' }],
  [{ type: 'integer' }, '1.5', { reason: 'NUMBER_FORM', detail: '整数 (a whole number)' }],
  [{ type: 'amount', max: 100 }, '12.50', { value: 12.5 }],
  [{ type: 'amount', max: 100 }, '100.01', { reason: 'NUMBER_RANGE', detail: '0 ~ 100' }],
  [{ type: 'amount', max: 100 }, '1e2', expect.objectContaining({ reason: 'NUMBER_FORM' })],
  [{ type: 'text', max: 4 }, ' 甲乙 ', { value: '甲乙' }],
  [{ type: 'text', max: 4 }, '甲乙丙丁戊', { reason: 'TOO_LONG', detail: '4' }],
  [{ type: 'text', max: 9, pattern: 'G\\d+' }, 'G12', { value: 'G12' }],
  [{ type: 'text', max: 9, pattern: 'G\\d+' }, 'xG12', { reason: 'TEXT_FORM' }],
  [{ type: 'text', max: 9 }, '甲\n乙', { reason: 'HIDDEN_CHARACTERS' }],
  [{ type: 'text', max: 9, multiline: true }, '甲\n乙', { value: '甲\n乙' }],
  [{ type: 'text', max: 9, multiline: true }, '甲\u202e乙', { reason: 'HIDDEN_CHARACTERS' }],
  [{ type: 'text', max: 9 }, '甲\u0000乙', { reason: 'HIDDEN_CHARACTERS' }],
  [{ type: 'text', max: 30 }, number('990101201305170000'), { reason: 'DIGITS_LOST' }],
  [{ type: 'text', max: 30 }, { unreadable: 'error' }, { reason: 'ERROR_CELL' }],
  [{ type: 'text', max: 30 }, undefined, { value: null }],
  [{ type: 'text', max: 30, required: true }, ' ', { reason: 'REQUIRED' }],
])('%j reads %j as %j', (fields, cell, result) => {
  expect(read(fields, cell)).toEqual(result);
});

test.each(['=1+1', '+1', '-1', '@x', ' =1', "'=1", '＝1', '＋1', '－1', '＠x'])(
  'the text %j is refused: a spreadsheet would compute it',
  (text) => {
    expect(read({ type: 'text', max: 30 }, text)).toEqual({ reason: 'FORMULA' });
  },
);

describe('a row', () => {
  const kind: Kind = {
    title: '行',
    files: [],
    table: 'row',
    key: ['child_id'],
    ignored: ['序号'],
    columns: [
      column({ header: '身份证号', aliases: ['ID number'], type: 'id-number', required: true }),
      column({ header: '应到', type: 'integer', to: 'most' }),
      column({ header: '缺勤', type: 'integer', to: 'count', atMost: 'most' }),
      column({ header: '性别', type: 'sex' }),
    ],
  };
  const rowOf = (cells: readonly Cell[], line = 2): TableRow => ({ line, lastLine: line, cells });
  const header = (names: readonly string[], wholeRows = true) =>
    readHeader(rowOf(names, 1), kind, { ignored: [], wholeRows });
  const faults = (cells: readonly Cell[], wholeRows = true) => {
    const result = readRow(rowOf(cells), header(['性别', '缺勤', '应到', '序号', ' 身份证号 * '], wholeRows), TODAY);
    return 'faults' in result ? result.faults.map(({ column: of, reason }) => `${of}=${reason}`) : result.row;
  };

  test('reports all of its faults at once', () => {
    expect(faults(['男', 'x', '-1', '7', ID])).toEqual(['应到=NUMBER_RANGE', '缺勤=NUMBER_FORM', '性别=SEX_DIFFERS']);
    expect(faults(['女', '3', '2', '7', ID])).toEqual(['缺勤=ABOVE_OTHER']);
  });

  test('is stored by column name, whatever the order of the file’s columns', () => {
    expect(faults(['女', '2', '3', '7', ID])).toEqual({
      line: 2,
      idNumber: ID,
      values: { most: 3, count: 2 },
      child: {},
    });
  });

  test('has as many cells as the header in a text file, and may have fewer in a workbook', () => {
    const names = ['身份证号', '应到'];
    const row = rowOf([ID]);
    expect(readRow(row, header(names), TODAY)).toEqual({
      faults: [{ column: undefined, reason: 'ROW_LENGTH', detail: '1 ≠ 2' }],
    });
    expect(readRow(row, header(names, false), TODAY)).toHaveProperty('row');
    expect(readRow(rowOf([ID, '1', '']), header(names), TODAY)).toHaveProperty('row');
    expect(readRow(rowOf([ID, '1', 'x']), header(names, false), TODAY)).toHaveProperty('faults');
  });
});

test('every reason is documented for officers', () => {
  const page = readFileSync(join(PROJECT, 'docs/guides/importing.md'), 'utf8');
  expect(Object.keys(REASONS).filter((reason) => !page.includes(`\`${reason}\``))).toEqual([]);
});
