import { basisFaults } from '../legal-basis/basis-faults';
import { camelCase, pascalCase, snakeCase } from './names';
import { isReservedInSql } from './reserved-words';

/** Names and values that existing agencies use. */
export interface Taken {
  readonly agencies: readonly string[];
  readonly names: readonly string[];
  readonly shorts: readonly string[];
  /** The highest order of an agency. */
  readonly lastOrder: number;
  /** Types of the supergraph, and fields of `Child`. */
  readonly types: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
}

const SLUG = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST_SLUG = 40;
const LONGEST_TEXT = 100;
/** Tables that every agency has. */
const OWN_TABLES = ['child', 'district'];
/**
 * Texts go into YAML, Cedar, SQL and GraphQL, so they must not contain characters that end a string or begin a comment in
 * any of them.
 */
export const PLAIN_TEXT = /^[^"'`\\\p{C}:#*/{}[\]]+$/u;

export const NOT_PLAIN = 'must be plain text, without quotes, brackets, colons, slashes and the like';

/** Faults of a slug, which also names a table. */
export function faultsOfSlug(slug: string): string[] {
  if (!SLUG.test(slug) || slug.length > LONGEST_SLUG) {
    return [`"${slug}" must be in kebab-case, at most ${LONGEST_SLUG} characters`];
  }
  if (OWN_TABLES.includes(slug)) return [`"${slug}" is a table that every agency has`];
  return isReservedInSql(snakeCase(slug)) ? [`"${slug}" is a reserved word of SQL`] : [];
}

/** Faults of a class's name, which also names a field of `Child` and a type. */
export function faultsOfField(slug: string, { types, fields }: Taken): string[] {
  return [
    ...(fields.has(camelCase(slug)) ? [`Child.${camelCase(slug)} is another agency's field`] : []),
    ...(types.has(pascalCase(slug)) ? [`${pascalCase(slug)} is already a type`] : []),
  ];
}

/** Faults of a legal basis: as those of a text, and of the articles that it cites. */
export function faultsOfBasis(what: string, text: string): string[] {
  const faults = faultsOfText(what, text);
  return faults.length > 0 ? faults : basisFaults(text).map((fault) => `${what} ${fault}`);
}

/** Faults of a text that goes into several files. */
export function faultsOfText(what: string, text: string): string[] {
  if (text.trim() === '') return [`${what} is missing`];
  return text.length <= LONGEST_TEXT && PLAIN_TEXT.test(text) ? [] : [`${what} ${NOT_PLAIN}`];
}
