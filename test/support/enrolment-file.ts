import { writeFile } from 'node:fs/promises';
import writeWorkbook from 'write-excel-file/node';
import { addDays } from '../../shared/domain/dates';
import { checkDigit } from '../../shared/domain/id-number';
import type { Reason } from '../../shared/import/rows/reasons';

export const ENROLMENT_HEADERS = [
  ...['学籍号', '姓名', '性别', '出生日期', '身份证号', '行政区划代码', '学校名称', '学校类型'],
  ...['年级', '班级', '是否寄宿', '学籍状态', '更新时间'],
] as const;

export interface EnrolmentFile {
  readonly rows: readonly (readonly string[])[];
  /** The reason for each deliberately faulty row, by its line in the file. */
  readonly broken: ReadonlyMap<number, Reason>;
}

/**
 * A file of synthetic pupils of region 99. One row in a hundred is faulty, in varying ways. @param rows at least 100.
 */
export function enrolmentFile(rows: number): EnrolmentFile {
  const broken = new Map<number, Reason>();
  const cells = Array.from({ length: rows }, (_, index) => {
    const row = enrolment(index);
    if (index % 100 !== BROKEN_AT) return row;
    const [reason, breakRow] = BREAKS[Math.floor(index / 100) % BREAKS.length] as Break;
    // The header is line 1.
    broken.set(index + 2, reason);
    return breakRow(row, index);
  });
  return { rows: [[...ENROLMENT_HEADERS], ...cells], broken };
}

/** The ID number of the pupil in a row, from 0. */
export function pupilIdNumber(index: number): string {
  const birthDate = addDays('2010-09-01', index % 4_000);
  const sequence = String(100 + Math.floor(index / 4_000)).padStart(3, '0');
  const first17 = `990101${birthDate.replaceAll('-', '')}${sequence}`;
  return first17 + checkDigit(first17);
}

export type FileForm = 'csv-utf-8' | 'csv-gbk' | 'xlsx';

/** Writes the rows as an office would. No cell needs quotation marks. */
export async function writeTable(path: string, { rows }: Pick<EnrolmentFile, 'rows'>, form: FileForm): Promise<void> {
  if (form === 'xlsx') {
    await writeWorkbook([{ data: rows as string[][], sheet: '学籍' }]).toFile(path);
    return;
  }
  const text = rows.map((row) => `${row.join(',')}\r\n`).join('');
  await writeFile(path, form === 'csv-gbk' ? toGbk(text) : `\uFEFF${text}`);
}

/** Encodes GBK, two bytes per character, by the decoder's table. */
export function toGbk(text: string): Buffer {
  const decoder = new TextDecoder('gbk');
  const bytesOf = new Map<string, readonly [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      bytesOf.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
    }
  }
  const bytes: number[] = [];
  for (const character of text) bytes.push(...(bytesOf.get(character) ?? [character.charCodeAt(0)]));
  return Buffer.from(bytes);
}

// Private:

const BROKEN_AT = 37;
const COLUMN = Object.fromEntries(ENROLMENT_HEADERS.map((header, index) => [header, index]));
const GRADES = ['一年级', '二年级', '三年级', '四年级', '五年级', '六年级'];

function enrolment(index: number): readonly string[] {
  const idNumber = pupilIdNumber(index);
  return [
    `G${idNumber}`,
    '测试学生',
    Number(idNumber.charAt(16)) % 2 === 1 ? '男' : '女',
    `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`,
    idNumber,
    `990101001${String(1 + (index % 12)).padStart(3, '0')}`,
    `柳溪镇第${1 + (index % 9)}小学`,
    '小学',
    GRADES[index % GRADES.length] as string,
    `${1 + (index % 8)}班`,
    index % 3 === 0 ? '是' : '否',
    '在读',
    '2026-09-01',
  ];
}

type Break = readonly [Reason, (row: readonly string[], index: number) => readonly string[]];

const put = (header: (typeof ENROLMENT_HEADERS)[number], value: string) => (row: readonly string[]) =>
  row.with(COLUMN[header] as number, value);

const BREAKS: readonly Break[] = [
  ['ID_CHECK_DIGIT', (row) => put('身份证号', wrongDigit(row[COLUMN.身份证号 as number] ?? ''))(row)],
  ['REQUIRED', put('学校名称', '')],
  ['CODE_UNKNOWN', put('年级', '十年级')],
  ['DATE_FORM', put('更新时间', '2026-02-30')],
  ['FORMULA', put('班级', '=HYPERLINK("http://x")'.replaceAll('"', ''))],
  ['TOO_LONG', put('学校名称', '校'.repeat(101))],
  ['BIRTH_DATE_DIFFERS', put('出生日期', '2009-01-01')],
  ['SEX_DIFFERS', (row) => put('性别', row[COLUMN.性别 as number] === '男' ? '女' : '男')(row)],
  ['ROW_LENGTH', (row) => [...row, '多余']],
  ['REGION_FORM', put('行政区划代码', '99010100100X')],
  ['DIGITS_LOST', put('身份证号', '9.90101E+17')],
  ['DUPLICATE', (_, index) => enrolment(index - 30)],
  ['TEXT_FORM', put('学籍号', 'X123')],
];

function wrongDigit(idNumber: string): string {
  return idNumber.slice(0, 17) + (idNumber.endsWith('0') ? '1' : '0');
}
