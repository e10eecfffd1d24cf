const DIGITS = '零一二三四五六七八九';
const UNITS = ['千', '百', '十', ''];

/** Above the number of articles of the longest law, 民法典. */
const LAST = 1999;

/** 14 -> 十四, 104 -> 一百零四, 1110 -> 一千一百一十: the number of an article, from 1 to 1999, as laws write it. */
export function chineseNumeral(number: number): string {
  const digits = [...String(number).padStart(UNITS.length, '0')].map(Number);
  const text = digits.map((digit, index) => (digit === 0 ? '零' : `${DIGITS[digit]}${UNITS[index]}`)).join('');
  return text
    .replace(/^零+|零+$/g, '')
    .replace(/零+/g, '零')
    .replace(/^一十/, '十');
}

const NUMBERS: ReadonlyMap<string, number> = new Map(
  Array.from({ length: LAST }, (_, index) => [chineseNumeral(index + 1), index + 1]),
);

/** 一百零四 -> 104. Undefined for anything that {@link chineseNumeral} does not write. */
export const fromChineseNumeral = (numeral: string): number | undefined => NUMBERS.get(numeral);
