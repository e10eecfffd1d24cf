import { type DocumentNode, type GraphQLError, Kind, visit } from 'graphql';
import { holdsNumberOfAPerson } from '../../shared/domain/free-text';
import { failure } from '../../shared/protocol/errors';
import { type DocumentMetrics, documentMetrics } from './document-metrics';
import { INPUT_LIST_LIMIT } from './input-limits';
import { mostRepeatedKey } from './repeated-keys';

/** Levels of fields: the nested sections of the children of a docket's cases take 9. */
const DEPTH_LIMIT = 16;

/** Fields with fragments expanded: a whole docket takes some hundreds. */
const FIELD_LIMIT = 2_000;

/** Aliases with fragments expanded: they request the same field again and again. */
const ALIAS_LIMIT = 300;

/** Root fields, aliases included: each is planned and fetched separately. */
const ROOT_FIELD_LIMIT = 20;

/** Fragments in one text: generated clients need some sixty, and validators compare them in pairs. */
const FRAGMENT_LIMIT = 100;

/** Fragment spreads with fragments expanded. */
const SPREAD_LIMIT = 1_000;

/**
 * Selections of one response key in one object of the response, as by components that each select the same key field.
 */
const REPEAT_LIMIT = 100;

/** Operations in one text: only one runs, but all are validated. */
const OPERATION_LIMIT = 50;

const LONGEST_NAME = 100;

/** Properties that every JavaScript object inherits: as keys of a response they could change how it is read. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Checks what the text alone tells of a document: names, depth, width, and the length of its lists. */
export function documentFault(document: DocumentNode): GraphQLError | undefined {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION).length;
  if (operations.length > OPERATION_LIMIT) return tooWide('operations', OPERATION_LIMIT);
  if (fragments > FRAGMENT_LIMIT) return tooWide('fragments', FRAGMENT_LIMIT);
  const { hasRefusedName, longestList } = valuesAndNames(document);
  if (hasRefusedName || namesTooMuch(document)) return failure('OPERATION_NAME_REFUSED');
  if (longestList > INPUT_LIST_LIMIT) return failure('INPUT_TOO_LARGE', undefined, { limit: INPUT_LIST_LIMIT });
  const measure = documentMetrics(document);
  const measures = operations.map(({ selectionSet }) => measure(selectionSet));
  if (measures.some(({ depth }) => depth > DEPTH_LIMIT)) {
    return failure('OPERATION_TOO_DEEP', undefined, { limit: DEPTH_LIMIT });
  }
  if (measures.some(({ level }) => level > ROOT_FIELD_LIMIT)) return tooWide('fields at the root', ROOT_FIELD_LIMIT);
  // All operations of a text are validated, whichever runs.
  const inAll = (count: (measure: DocumentMetrics) => number) => measures.reduce((sum, each) => sum + count(each), 0);
  if (inAll(({ aliases }) => aliases) > ALIAS_LIMIT) return tooWide('aliases', ALIAS_LIMIT);
  if (inAll(({ fields }) => fields) > FIELD_LIMIT) return tooWide('fields', FIELD_LIMIT);
  if (inAll(({ spreads }) => spreads) > SPREAD_LIMIT) return tooWide('spreads of fragments', SPREAD_LIMIT);
  if (measures.some(({ recursive }) => recursive)) return undefined;
  const repeats = mostRepeatedKey(document);
  return operations.some(({ selectionSet }) => repeats(selectionSet) > REPEAT_LIMIT)
    ? tooWide('selections of one response key', REPEAT_LIMIT)
    : undefined;
}

const tooWide = (what: string, limit: number): GraphQLError =>
  failure('OPERATION_TOO_WIDE', `The operation has too many ${what}: at most ${limit}.`, { limit });

/**
 * Names in a document become keys of the response and appear in paths of errors, which must contain no value of a
 * record.
 */
function valuesAndNames(document: DocumentNode): { readonly hasRefusedName: boolean; readonly longestList: number } {
  let hasRefusedName = false;
  let longestList = 0;
  visit(document, {
    Name({ value }) {
      if (/\d{15}/.test(value) || RESERVED_NAMES.has(value)) hasRefusedName = true;
    },
    ListValue({ values }) {
      longestList = Math.max(longestList, values.length);
    },
  });
  return { hasRefusedName, longestList };
}

/** The operation's name is kept in the access ledger for years. */
function namesTooMuch({ definitions }: DocumentNode): boolean {
  return definitions.some((definition) => {
    const name = definition.kind === Kind.OPERATION_DEFINITION ? (definition.name?.value ?? '') : '';
    return name.length > LONGEST_NAME || holdsNumberOfAPerson(name);
  });
}
