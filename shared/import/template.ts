import type { Cell as SheetCell, SheetData } from 'write-excel-file/node';
import writeWorkbook from 'write-excel-file/node';
import { COMMENT } from './file/cell';
import type { Column } from './mapping/column';
import type { Kind } from './mapping/mapping';
import { BYTE_ORDER_MARK, csvLine } from './report/safe-csv';
import { terms } from './rows/read-cell';

/**
 * Writes a file to fill in: the headers and, as comments that an import skips, a synthetic child and what each column
 * takes.
 */
export function csvTemplate(kind: Kind): string {
  const { headers, example, notes } = contents(kind);
  return BYTE_ORDER_MARK + [headers, example, ...notes.map((note) => [note])].map(csvLine).join('');
}

/** Writes the same as a workbook, whose cells are text: a spreadsheet would round a typed ID number. */
export async function workbookTemplate(kind: Kind): Promise<Buffer> {
  const { headers, example, notes } = contents(kind);
  const asText = (value: string): SheetCell => ({ value, type: String, format: '@' });
  const data: SheetData = [
    headers.map((value) => ({ value, type: String, fontWeight: 'bold' as const })),
    example.map(asText),
    // Empty cells keep the format for whoever fills them in.
    ...Array.from({ length: FORMATTED_ROWS }, () => headers.map(() => asText(''))),
  ];
  return writeWorkbook([
    { data, sheet: kind.title, stickyRowsCount: 1, columns: headers.map(() => ({ width: 22 })) },
    { data: notes.map((note) => [note]), sheet: '填表说明', columns: [{ width: 120 }] },
  ]).toBuffer();
}

// Private:

const FORMATTED_ROWS = 500;

function contents({ columns }: Kind) {
  return {
    headers: columns.map(({ header }) => header),
    example: columns.map(({ example }, index) => (index === 0 ? COMMENT : '') + example),
    notes: [
      `${COMMENT} 以“${COMMENT}”开头的行不导入；第二行是示例（虚构儿童，区划99）。 Lines that begin with ${COMMENT} are not imported; the second one is an example.`,
      ...columns.map((column) => `${COMMENT} ${column.header}：${column.required ? '必填' : '选填'}；${form(column)}`),
    ],
  };
}

function form(column: Column): string {
  switch (column.type) {
    case 'id-number':
      return '18位身份证号，按文本录入 (18 characters, as text)';
    case 'birth-date':
      return '日期，与身份证号一致，不入库 (checked against the ID number)';
    case 'sex':
      return '男、女，与身份证号一致 (checked against the ID number)';
    case 'region':
      return '行政区划代码，乡镇9位或村居12位 (administrative code)';
    case 'text':
      return `文本，至多${column.max}个字符 (text)`;
    case 'code':
      return `可填：${terms(column.codes).join('、')}`;
    case 'codes':
      return `可填一项或多项，以“、”分隔：${terms(column.codes).join('、')}`;
    case 'boolean':
      return '是、否';
    case 'date':
      return '日期，如 2026-05-17 (day)';
    case 'date-time':
      return '日期或时间，如 2026-05-17 或 2026-05-17 09:30 (day or time, in China)';
    case 'month':
      return '月份，如 2026-05 (month)';
    case 'integer':
      return `整数，${column.min} ~ ${column.max} (whole number)`;
    case 'amount':
      return `金额，0 ~ ${column.max}，至多两位小数 (amount)`;
  }
}
