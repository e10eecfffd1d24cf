import { hidesCharacters, holdsNumberOfAPerson } from '../../../shared/domain/free-text';
import { canonicalUuid } from '../../../shared/domain/uuid';
import { failure } from '../../../shared/protocol/errors';

/** The most characters of a stored text: facts, notes, outcomes, opinions, minutes. */
const LONGEST_TEXT = 4_000;
export const LONGEST_NAME = 100;
/** The most characters of an officer's id from the identity provider. */
export const LONGEST_OFFICER = 200;
/** The most kinds of help that a visit gives: 五帮. */
export const MOST_HELPS = 5;

type TextFault = 'EMPTY' | 'TOO_LONG' | 'CONTROL_CHARACTER' | 'NUMBER_OF_A_PERSON';

function refuse(argument: string, fault: TextFault, limit?: number): never {
  throw failure('TEXT_REFUSED', undefined, { argument: `input.${argument}`, fault, ...(limit && { limit }) });
}

/** @throws TEXT_REFUSED. @returns the trimmed text. */
export function text(value: string, argument: string, longest = LONGEST_TEXT): string {
  const trimmed = value.trim();
  if (trimmed === '') refuse(argument, 'EMPTY');
  if ([...trimmed].length > longest) refuse(argument, 'TOO_LONG', longest);
  if (hidesCharacters(trimmed.replace(/[\t\n\r]/g, ''))) refuse(argument, 'CONTROL_CHARACTER');
  return trimmed;
}

/** An optional text; null if it is missing or blank. */
export function optionalText(value: string | null | undefined, argument: string, longest?: number): string | null {
  return value == null || value.trim() === '' ? null : text(value, argument, longest);
}

/** A text without a person's number, because people who may not know of the child read it. */
export function impersonal(value: string, argument: string, longest?: number): string {
  const checked = text(value, argument, longest);
  if (holdsNumberOfAPerson(checked)) refuse(argument, 'NUMBER_OF_A_PERSON');
  return checked;
}

/** @throws CODE_UNKNOWN if the code is not on the list. */
export function onList<Code extends string>(value: string, list: readonly Code[], argument: string): Code {
  const found = list.find((code) => code === value);
  if (found === undefined) throw failure('CODE_UNKNOWN', undefined, { argument: `input.${argument}` });
  return found;
}

/** A kind of case or task, by the practice. @throws CODE_UNKNOWN with the kinds that there are. */
export function kindOf(value: string, kinds: readonly string[], argument: string): string {
  if (kinds.includes(value)) return value;
  throw failure('CODE_UNKNOWN', undefined, { argument: `input.${argument}`, kinds });
}

const TEN_YEARS_MILLISECONDS = 10 * 366 * 24 * 60 * 60 * 1_000;

/** @throws DATE_REFUSED unless it is later than now and within ten years. */
export function later(value: string, now: Date, argument: string): Date {
  const instant = new Date(value);
  if (instant <= now || instant.getTime() > now.getTime() + TEN_YEARS_MILLISECONDS) {
    throw failure('DATE_REFUSED', 'The time must be within the next ten years.', {
      argument: `input.${argument}`,
    });
  }
  return instant;
}

/** @throws DATE_REFUSED unless it is not later than now and within the last ten years. */
export function notLater(value: string, now: Date, argument: string): Date {
  const instant = new Date(value);
  if (instant > now || instant.getTime() < now.getTime() - TEN_YEARS_MILLISECONDS)
    throw failure('DATE_REFUSED', 'The time must be within the last ten years.', {
      argument: `input.${argument}`,
    });
  return instant;
}

/** @throws BAD_USER_INPUT for too few or too many values. @returns the distinct values. */
export function several<Item>(values: readonly Item[], argument: string, least: number, most: number): readonly Item[] {
  const each = [...new Set(values)];
  if (each.length < least || values.length > most) {
    throw failure('BAD_USER_INPUT', `The list must have ${least} to ${most} items.`, { argument: `input.${argument}` });
  }
  return each;
}

/** @throws RECORD_NOT_FOUND if it is not a UUID. @returns it as the database writes it. */
export function uuid(value: string, argument: string): string {
  const id = canonicalUuid(value);
  if (id === null) throw notFound(argument);
  return id;
}

export const notFound = (argument: string) => failure('RECORD_NOT_FOUND', undefined, { argument: `input.${argument}` });
