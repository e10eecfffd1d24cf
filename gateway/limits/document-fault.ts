import { type DocumentNode, type GraphQLError, Kind, visit } from 'graphql';
import { failure } from '../../shared/errors';
import { holdsNumberOfAPerson } from '../../shared/hand-written';
import { measureOf } from './measure';

/** Deepest selection: a docket's cases' children's nested sections take 9. */
const DEPTH_LIMIT = 16;

/** Fields after fragments are written out: the whole of a docket takes some hundreds. */
const FIELD_LIMIT = 2_000;

/** Aliases after fragments are written out: they ask for the same again and again. */
const ALIAS_LIMIT = 300;

/** Fields at the root, aliases included: each is planned and fetched by itself. */
const ROOT_FIELD_LIMIT = 20;

const LONGEST_NAME = 100;

/** Names that every object of JavaScript has something under: an answer that uses them as keys could change how others read. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong with a document by its text alone: names, depth, width. */
export function documentFault(document: DocumentNode): GraphQLError | undefined {
  if (hasRefusedName(document) || namesTooMuch(document)) return failure('OPERATION_NAME_REFUSED');
  const measure = measureOf(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, fields, aliases, level } = measure(definition.selectionSet);
    if (depth > DEPTH_LIMIT) return failure('OPERATION_TOO_DEEP', undefined, { limit: DEPTH_LIMIT });
    if (level > ROOT_FIELD_LIMIT) return failure('OPERATION_TOO_WIDE', undefined, { limit: ROOT_FIELD_LIMIT });
    if (aliases > ALIAS_LIMIT) return failure('OPERATION_TOO_WIDE', undefined, { limit: ALIAS_LIMIT });
    if (fields > FIELD_LIMIT) return failure('OPERATION_TOO_WIDE', undefined, { limit: FIELD_LIMIT });
  }
  return undefined;
}

/** Names of the operation stand in paths of errors, where no value of a record may stand, and are keys of the answer. */
function hasRefusedName(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Name({ value }) {
      if (/\d{15}/.test(value) || RESERVED_NAMES.has(value)) found = true;
    },
  });
  return found;
}

/** The operation's own name is kept in the access ledger, for years. */
function namesTooMuch({ definitions }: DocumentNode): boolean {
  return definitions.some((definition) => {
    const name = definition.kind === Kind.OPERATION_DEFINITION ? (definition.name?.value ?? '') : '';
    return name.length > LONGEST_NAME || holdsNumberOfAPerson(name);
  });
}
