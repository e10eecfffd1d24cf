import { parseIdNumber } from '../../shared/domain/id-number';
import { SURNAMES } from '../../shared/synthetic/names';

/** The beginning of region codes that no real place has. */
const INVENTED_REGION = '99';

/** Whether a line has a resident ID number (GB 11643) of a real region, however its digits are written or separated. */
export function holdsIdNumber(line: string): boolean {
  return [...line.normalize('NFKC').matchAll(/(?<!\d)\d(?:[ -]?\d){16}[ -]?[\dXx](?!\d)/g)].some(([found]) => {
    const number = found.replace(/[ -]/g, '');
    const read = parseIdNumber(number);
    // A number with a mistyped check digit may be somebody's, too.
    return !number.startsWith(INVENTED_REGION) && (read.ok || read.fault === 'CHECK_DIGIT');
  });
}

/** Whether a line has a mobile number, or a telephone number with its area code. */
export function holdsTelephoneNumber(line: string): boolean {
  return /(?<![\d-])(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{7,8})(?![\d-])/.test(line.normalize('NFKC'));
}

/**
 * Finds what looks like a Chinese name: a surname with one or two characters, set apart from other Chinese text.
 * In the middle of a sentence, a name cannot be told from other words.
 *
 * @example textsLikeNames('For 林小溪 (任务).') // ['林小溪']
 */
export function textsLikeNames(text: string): readonly string[] {
  return [...text.matchAll(NAME)].map(([found]) => found).filter((found) => !WORDS.has(found));
}

// Private:

const COMPOUND_SURNAMES = ['欧阳', '上官', '司马', '诸葛'];
const NAME = new RegExp(
  `(?<!\\p{Script=Han})(?:${[...COMPOUND_SURNAMES, ...SURNAMES].join('|')})\\p{Script=Han}{1,2}(?!\\p{Script=Han})`,
  'gu',
);

/** Words that begin like a name. */
const WORDS: ReadonlySet<string> = new Set(
  '任务 任何 任职 余额 余下 何时 何地 何人 周岁 周期 周边 周末 方式 方案 方法 方面 方向 曾用名 林地 白天 程度 程序 罗列 许可 金额 金融 马上 高中 高中生 高校 高度 高风险 高龄 黄色 范围 钟点 夏季 付款'.split(
    ' ',
  ),
);
