import { fromChineseNumeral } from './chinese-numeral';

/** One provision: 第十三条第一款第四项 is `{ article: 13, paragraph: 1, item: 4 }`, 第十五条至第十七条 `{ article: 15, to: 17 }`. */
export interface Provision {
  readonly article: number;
  /** 款 */
  readonly paragraph?: number;
  /** 项 */
  readonly item?: number;
  /** The last article of a range. */
  readonly to?: number;
}

/** A law and the provisions of it that are cited. */
export interface Citation {
  /** `未成年人保护法`, without 中华人民共和国 and 《》. */
  readonly law: string;
  /** Empty if no article is cited. */
  readonly provisions: readonly Provision[];
  /** Texts that are not provisions: `第九`. */
  readonly unreadable: readonly string[];
}

/** `未成年人保护法 第九条、第十一条第三款; 数据安全法 第三十八条` -> the two laws with their provisions. */
export function citationsIn(basis: string): readonly Citation[] {
  return basis.split(/[;；]/).map((part) => citationOf(part.trim()));
}

// Private:

function citationOf(text: string): Citation {
  const [, law = '', provisions = ''] = /^([^\s第]*)\s*(.*)$/s.exec(text.replace(/[《》]/g, '')) ?? [];
  const parts = provisions === '' ? [] : provisions.split('、');
  const read = parts.map((part) => provisionOf(part.trim()));
  return {
    law: law.replace(/^中华人民共和国/, ''),
    provisions: read.filter((provision) => provision !== undefined),
    unreadable: parts.filter((_, index) => read[index] === undefined),
  };
}

const NUMERAL = '([一二三四五六七八九十百千零]+)';
const PROVISION = new RegExp(`^第${NUMERAL}条(?:(?:第${NUMERAL}款)?(?:第${NUMERAL}项)?|至第${NUMERAL}条)$`);

function provisionOf(text: string): Provision | undefined {
  const [whole, ...numerals] = PROVISION.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const [article, paragraph, item, to] = numerals.map((one) =>
    one === undefined ? undefined : fromChineseNumeral(one),
  );
  // A numeral that no law writes: 一百四.
  const isMisspelt = numerals.some((one) => one !== undefined && fromChineseNumeral(one) === undefined);
  if (isMisspelt || article === undefined) return undefined;
  return {
    article,
    ...(paragraph !== undefined && { paragraph }),
    ...(item !== undefined && { item }),
    ...(to !== undefined && { to }),
  };
}
