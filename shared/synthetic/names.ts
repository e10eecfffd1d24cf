import type { Draws } from './random';

export type Sex = 1 | 2;

/** Surnames in rough order of frequency: an earlier one is drawn more often. */
export const SURNAMES: readonly string[] = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛',
];

// Two syllables, combined freely. They come from plants, water and weather, so that combinations are not names of known
// people.
const BOY_BEGINNINGS = [...'沐景屹砚泽川岩禾松柏朗晏昀煜霁澈牧望启初知行南星'];
const BOY_ENDINGS = [...'舟川岩野禾澄帆树朗石原林遥远安宁然尧辰泉'];
const GIRL_BEGINNINGS = [...'小禾念知沐若晚星语芷溪苒清南秋昕怀采云初听柔青月'];
const GIRL_ENDINGS = [...'溪禾夏棠苗穗蔓荷筱妤芽桐柠晴微宁朵露鸢茉'];
const MAN_BEGINNINGS = [...'守春秋长田广茂水石来树有根满冬'];
const MAN_ENDINGS = [...'田河林仓松顺坤财埂坡喜稳年贵'];
const WOMAN_BEGINNINGS = [...'春秋冬桂彩菊巧香翠水玉兰腊杏荷'];
const WOMAN_ENDINGS = [...'枝叶菱穗苗巧荷菊凤莲桃梅香月'];

/** A family name. */
export function surname(draws: Draws, topic: string): string {
  // Squaring favours the front of the list, as the frequencies of real surnames do.
  return SURNAMES[Math.floor(draws.unit(topic) ** 2 * SURNAMES.length)] as string;
}

/** The given name of a child, two characters. */
export function childGivenName(draws: Draws, topic: string, sex: Sex): string {
  return sex === 1
    ? joined(draws, topic, BOY_BEGINNINGS, BOY_ENDINGS)
    : joined(draws, topic, GIRL_BEGINNINGS, GIRL_ENDINGS);
}

/** The given name of a parent, grandparent or volunteer, two characters. */
export function adultGivenName(draws: Draws, topic: string, sex: Sex): string {
  return sex === 1
    ? joined(draws, topic, MAN_BEGINNINGS, MAN_ENDINGS)
    : joined(draws, topic, WOMAN_BEGINNINGS, WOMAN_ENDINGS);
}

// Private:

function joined(draws: Draws, topic: string, beginnings: readonly string[], endings: readonly string[]): string {
  const beginning = draws.integer(topic, 0, beginnings.length - 1);
  let ending = draws.integer(`${topic}.ending`, 0, endings.length - 1);
  // No 禾禾: instead of a repeated syllable, the next one is taken.
  if (endings[ending] === beginnings[beginning]) ending = (ending + 1) % endings.length;
  return `${beginnings[beginning]}${endings[ending]}`;
}
