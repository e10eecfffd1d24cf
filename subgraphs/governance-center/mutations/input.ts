import { hidesCharacters, holdsNumberOfAPerson } from '../../../shared/domain/free-text';
import { canonicalUuid } from '../../../shared/domain/uuid';
import { failure } from '../../../shared/protocol/errors';

/** Most characters of a text that is written down: facts, notes, outcomes, opinions, minutes. */
const LONGEST_TEXT = 4_000;
const LONGEST_TITLE = 100;
export const LONGEST_NAME = 100;
/** Of whom the identity provider names. */
export const LONGEST_OFFICER = 200;

type TextFault = 'EMPTY' | 'TOO_LONG' | 'CONTROL_CHARACTER' | 'NUMBER_OF_A_PERSON';

function refuse(argument: string, fault: TextFault, limit?: number): never {
  throw failure('TEXT_REFUSED', undefined, { argument: `input.${argument}`, fault, ...(limit && { limit }) });
}

/** @throws TEXT_REFUSED. @returns the text without white space around it. */
export function text(value: string, argument: string, longest = LONGEST_TEXT): string {
  const trimmed = value.trim();
  if (trimmed === '') refuse(argument, 'EMPTY');
  if ([...trimmed].length > longest) refuse(argument, 'TOO_LONG', longest);
  if (hidesCharacters(trimmed.replace(/[\t\n\r]/g, ''))) refuse(argument, 'CONTROL_CHARACTER');
  return trimmed;
}

/** The same where nothing need be said; blank counts as nothing. */
export function optionalText(value: string | null | undefined, argument: string, longest?: number): string | null {
  return value == null || value.trim() === '' ? null : text(value, argument, longest);
}

/** A text that identifies nobody: it is read by people who may not know of the child. */
export function impersonal(value: string, argument: string, longest?: number): string {
  const checked = text(value, argument, longest);
  if (holdsNumberOfAPerson(checked)) refuse(argument, 'NUMBER_OF_A_PERSON');
  return checked;
}

/** The same on one line. */
export function title(value: string, argument: string): string {
  const line = impersonal(value, argument, LONGEST_TITLE);
  if (/[\t\n\r]/.test(line)) refuse(argument, 'CONTROL_CHARACTER');
  return line;
}

/** @throws CODE_UNKNOWN where the code is not on the list. */
export function onList<Code extends string>(value: string, list: readonly Code[], argument: string): Code {
  const found = list.find((code) => code === value);
  if (found === undefined) throw failure('CODE_UNKNOWN', undefined, { argument: `input.${argument}` });
  return found;
}

const TEN_YEARS_MILLISECONDS = 10 * 366 * 24 * 60 * 60 * 1_000;

/** @throws DATE_REFUSED for what is not later than now, or further away than anybody plans. */
export function later(value: string, now: Date, argument: string): Date {
  const instant = new Date(value);
  if (instant <= now || instant.getTime() > now.getTime() + TEN_YEARS_MILLISECONDS) {
    throw failure('DATE_REFUSED', 'The time must be within the next ten years.', {
      argument: `input.${argument}`,
    });
  }
  return instant;
}

/** @throws DATE_REFUSED for what is later than now, or longer ago than any of this can be. */
export function notLater(value: string, now: Date, argument: string): Date {
  const instant = new Date(value);
  if (instant > now || instant.getTime() < now.getTime() - TEN_YEARS_MILLISECONDS)
    throw failure('DATE_REFUSED', 'The time must be within the last ten years.', {
      argument: `input.${argument}`,
    });
  return instant;
}

/** @throws BAD_USER_INPUT where there are too few or too many. @returns each once. */
export function several<Item>(values: readonly Item[], argument: string, least: number, most: number): readonly Item[] {
  const each = [...new Set(values)];
  if (each.length < least || values.length > most) {
    throw failure('BAD_USER_INPUT', `The list must have ${least} to ${most} items.`, { argument: `input.${argument}` });
  }
  return each;
}

/** @throws RECORD_NOT_FOUND for what cannot be an id. @returns it as the database writes it. */
export function uuid(value: string, argument: string): string {
  const id = canonicalUuid(value);
  if (id === null) throw notFound(argument);
  return id;
}

export const notFound = (argument: string) => failure('RECORD_NOT_FOUND', undefined, { argument: `input.${argument}` });
