import { checkDigit } from '../domain/id-number';
import type { Birth } from './births';
import type { Person } from './child';
import { childGivenName, surname } from './names';
import type { Draws } from './random';
import type { Subject } from './subject';

/** Sequence numbers 001 to 009 are reserved for the stories. */
const FIRST_SEQUENCE = 10;
const HIGHEST_SLOT = Math.floor((999 - FIRST_SEQUENCE - 1) / 2);

/** GB/T 3304 codes besides Han (01): Manchu, Tujia, Miao, Hui, Zhuang, Yi. */
const MINORITIES = ['11', '15', '06', '03', '08', '07'] as const;

export function personOf({ draws, birthDate, region }: Subject, { slot }: Birth): Person {
  const sex = draws.chance('sex', 0.525) ? 1 : 2;
  const family = parentalSurnames(draws);
  return {
    idNumber: idNumberOf(region.slice(0, 6), birthDate, slot, sex),
    fullName: family.child + childGivenName(draws, 'given-name', sex),
    sex,
    birthDate,
    ethnicity: draws.chance('ethnicity', 0.96) ? '01' : draws.pick('ethnicity.minority', MINORITIES),
  };
}

/** The surnames in a family; most children bear the father's. */
export function parentalSurnames(draws: Draws): {
  readonly father: string;
  readonly mother: string;
  readonly child: string;
} {
  const father = surname(draws, 'father.surname');
  const mother = surname(draws, 'mother.surname');
  return { father, mother, child: draws.chance('surname.maternal', 0.06) ? mother : father };
}

/**
 * Makes an ID number (GB 11643): county, birth date, a sequence number of three digits that is odd for males, check
 * digit.
 *
 * @throws RangeError if a birth date has more children than sequence numbers.
 */
function idNumberOf(county: string, birthDate: string, slot: number, sex: 1 | 2): string {
  if (slot > HIGHEST_SLOT) throw new RangeError('The district is too large for the sequences of one birth date.');
  const sequence = FIRST_SEQUENCE + slot * 2 + (sex === 1 ? 1 : 0);
  const first17 = county + birthDate.replaceAll('-', '') + String(sequence).padStart(3, '0');
  return first17 + checkDigit(first17);
}
