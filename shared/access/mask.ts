/** The forms of masking: the GraphQL enum Mask. */
export type MaskForm = 'NAME' | 'ID_NUMBER' | 'PHONE' | 'ADDRESS' | 'STUDENT_NUMBER';

/**
 * Shows that a value is there, and not what it is. Masks are in step: what one hides, no other shows. All have a length
 * of their own, so that the length of what they hide does not show either.
 */
export const MASKS: Readonly<Record<MaskForm, (value: string) => string>> = {
  /** 林小溪 -> 林**: the family name only. */
  NAME: (name) => `${COMPOUND_SURNAMES.find((surname) => name.startsWith(surname)) ?? [...name][0] ?? ''}**`,
  /** GB 11643: the region of registration only. Of the rest, the check digit would help to work out birth date and sex. */
  ID_NUMBER: (number) => `${/^\d{6}/.exec(number)?.[0] ?? ''}${'*'.repeat(ID_NUMBER_LENGTH - REGION_DIGITS)}`,
  /** The last four digits. */
  PHONE: (number) => `*******${number.length > PHONE_DIGITS_SHOWN ? number.slice(-PHONE_DIGITS_SHOWN) : ''}`,
  /** Down to the town: 青禾县柳溪镇****. */
  ADDRESS: (address) => `${/^.*?(?:镇|乡|街道|苏木)/u.exec(address)?.[0] ?? ''}****`,
  /** `G` and the ID number, masked like it; of `J` and `L` numbers the letter only. */
  STUDENT_NUMBER: (number) =>
    number.startsWith('G')
      ? `G${MASKS.ID_NUMBER(number.slice(1))}`
      : `${/^[A-Z]/.exec(number)?.[0] ?? ''}${'*'.repeat(ID_NUMBER_LENGTH)}`,
};

const ID_NUMBER_LENGTH = 18;
const REGION_DIGITS = 6;
const PHONE_DIGITS_SHOWN = 4;

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
