/** Reasons for refusing a row, in Chinese and English. `%` stands for a detail, which never is a value of the row. */
export const REASONS = {
  REQUIRED: { zh: '必填', en: 'is required' },
  ID_LENGTH: { zh: '身份证号应为18位', en: 'an ID number has 18 characters' },
  ID_CHARACTERS: { zh: '身份证号含有非法字符', en: 'an ID number has 17 digits and then a digit or X' },
  ID_BIRTH_DATE: { zh: '身份证号中的出生日期无效', en: 'the ID number does not contain a valid birth date' },
  ID_CHECK_DIGIT: { zh: '身份证号校验码不符（GB 11643）', en: 'the check digit of the ID number is wrong (GB 11643)' },
  DIGITS_LOST: {
    zh: '以数字格式存储，末几位已丢失，请按文本重新录入',
    en: 'was stored as a number, which has lost its last digits: enter it again as text',
  },
  BIRTH_DATE_DIFFERS: { zh: '与身份证号中的出生日期不一致', en: 'differs from the birth date in the ID number' },
  SEX_DIFFERS: { zh: '与身份证号中的性别不一致', en: 'differs from the sex in the ID number' },
  REGION_FORM: { zh: '行政区划代码应为%位数字', en: 'must be an administrative code of % digits' },
  CODE_UNKNOWN: { zh: '不在代码表内，可填：%', en: 'is not one of the codes: %' },
  DATE_FORM: { zh: '日期无效，应如 2026-05-17', en: 'is not a valid date like 2026-05-17' },
  MONTH_FORM: { zh: '月份无效，应如 2026-05', en: 'is not a valid month like 2026-05' },
  IN_FUTURE: { zh: '晚于导入当日', en: 'is after the day of the import' },
  NUMBER_FORM: { zh: '应为%', en: 'must be %' },
  NUMBER_RANGE: { zh: '应在%之间', en: 'must be in the range %' },
  ABOVE_OTHER: { zh: '大于或晚于“%”', en: 'is more, or later, than %' },
  TOO_LONG: { zh: '超过%个字符', en: 'is longer than % characters' },
  TEXT_FORM: { zh: '格式不符', en: 'does not have the required form' },
  FORMULA: {
    zh: '以 = + - @ 等公式字符开头，可能被表格软件执行',
    en: 'begins with = + - or @, which a spreadsheet would evaluate',
  },
  FORMULA_CELL: { zh: '单元格是公式，请粘贴为数值', en: 'is a formula: paste its value' },
  ERROR_CELL: { zh: '单元格是错误值', en: 'is an error value of the spreadsheet' },
  HIDDEN_CHARACTERS: { zh: '含有不可见字符或换行', en: 'contains line breaks or invisible characters' },
  ROW_LENGTH: {
    zh: '列数与表头不符（%），可能有多余的分隔符或未闭合的引号',
    en: 'does not have as many cells as the header (%): there may be an extra separator or an unclosed quotation mark',
  },
  DUPLICATE: { zh: '与第%行重复', en: 'is the same as line %' },
  CHILD_UNKNOWN: {
    zh: '名册中没有该儿童，且未给出登记名册所需的信息',
    en: 'the child is not on the roster, and the row does not have what the roster needs',
  },
  CHILD_DIFFERS: {
    zh: '与名册登记不一致，请先通过名册更正',
    en: 'differs from the roster: change the roster first',
  },
  AMBIGUOUS: { zh: '库中有多条与之对应的记录', en: 'the register has several rows with this key' },
} as const;

export type Reason = keyof typeof REASONS;

/** A fault of a row, without any of its values. */
export interface Fault {
  /** The column's header; undefined for the row as a whole. */
  readonly column: string | undefined;
  readonly reason: Reason;
  /** Replaces `%`. */
  readonly detail?: string | undefined;
}

/** `学校：必填`, or `school: is required`. */
export function wording({ column, reason, detail = '' }: Fault, language: 'zh' | 'en'): string {
  const text = REASONS[reason][language].replace('%', () => detail);
  if (column === undefined) return text;
  return language === 'zh' ? `${column}：${text}` : `${column}: ${text}`;
}
