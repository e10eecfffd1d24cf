import { comparable } from '../domain/visible-text';

/** The forms of masking: the GraphQL enum Mask. */
export const MASK_FORMS = ['NAME', 'ID_NUMBER', 'PHONE', 'ADDRESS', 'STUDENT_NUMBER'] as const;

export type MaskForm = (typeof MASK_FORMS)[number];

/**
 * Masks of values: a masked value shows that it exists but not what it is. Masks are consistent: no mask shows what
 * another hides. They have a fixed length, so that the length of the value does not show, and are idempotent, so that
 * both agency and gateway can apply them.
 */
export const MASKS: Readonly<Record<MaskForm, (value: string) => string>> = {
  /** 林小溪 -> 林**: the family name only, in its original characters. */
  NAME: (name) => `${familyName(name)}**`,
  /** GB 11643: only the region of registration. The check digit would help to guess birth date and sex. */
  ID_NUMBER: (number) => `${/^\d{6}/.exec(number)?.[0] ?? ''}${'*'.repeat(ID_NUMBER_LENGTH - REGION_DIGITS)}`,
  /** The last four digits. */
  PHONE: (number) => `*******${number.length > PHONE_DIGITS_SHOWN ? lastDigits(number) : ''}`,
  /** Down to the town: 青禾县柳溪镇****. Shows nothing of an address without a recognizable town. */
  ADDRESS: (address) => `${downToTheTown(address)}****`,
  /** `G` and the masked ID number; only the letter of `J` and `L` numbers. */
  STUDENT_NUMBER: (number) =>
    number.startsWith('G')
      ? `G${MASKS.ID_NUMBER(number.slice(1))}`
      : `${/^[A-Z]/.exec(number)?.[0] ?? ''}${'*'.repeat(ID_NUMBER_LENGTH)}`,
};

const ID_NUMBER_LENGTH = 18;
const REGION_DIGITS = 6;
const PHONE_DIGITS_SHOWN = 4;

/** The last four digits; nothing if they are masked already. */
function lastDigits(number: string): string {
  const last = number.slice(-PHONE_DIGITS_SHOWN);
  return last.includes('*') ? '' : last;
}

/** One displayed character, including its variation selector. */
const CHARACTER = /\P{M}\p{M}*/gu;

function familyName(name: string): string {
  const [first = '', second = ''] = name.match(CHARACTER) ?? [];
  if (first === '*') return '';
  const both = comparable(first + second);
  return COMPOUND_SURNAMES.includes(both) ? first + second : first;
}

/**
 * Counties and cities whose names contain a word that ends town names or begins street addresses (GB/T 2260): in 镇江市丹徒区谷阳镇,
 * the town is 谷阳镇.
 */
const NAMED_LIKE_TOWNS =
  /(?<=^|[省市州盟区\s])(?:镇(?:江市|海区|赉县|平县|坪县|安县|安市|巴县|原县|康县|雄县|远县|宁[^省市县]{0,8}县|沅[^省市县]{0,12}县)|景德镇市|乡宁县|乡城县|(?:新乡|萍乡|宁乡|湘乡|桐乡)市|(?:新|内|西|安|金)乡县|东乡(?:区|族自治县)|路(?:桥|南|北)区|周村区)/gu;

/** The start of a place name: after a province, a city, a county or a district. */
const BOUNDARY = '(?<=^|[省市县区旗州盟\\s])';

/** Numbers, roads and villages are below the town, except as part of its name: 中关村街道, 路口镇. */
const BELOW_THE_TOWN = `[\\d０-９号组巷]|(?<!${BOUNDARY})[村路街](?!镇|乡|街道|道|苏木)`;

const TOWN = new RegExp(`^(?:(?!${BELOW_THE_TOWN}).)*?(?<!${BOUNDARY})(?:镇|乡|街道|苏木)`, 'u');

function downToTheTown(address: string): string {
  const told = address.replace(NAMED_LIKE_TOWNS, (name) => name.replace(/[镇乡村路]/gu, '某'));
  return address.slice(0, TOWN.exec(told)?.[0].length ?? 0);
}

/** Family names of two characters that are in use (百家姓). */
const COMPOUND_SURNAMES = [
  '欧阳',
  '上官',
  '司马',
  '诸葛',
  '皇甫',
  '令狐',
  '尉迟',
  '公孙',
  '慕容',
  '司徒',
  '东方',
  '夏侯',
  '长孙',
  '宇文',
  '端木',
  '独孤',
  '南宫',
  '西门',
];
