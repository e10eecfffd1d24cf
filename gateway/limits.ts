import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { failure } from '../shared/errors';
import { holdsNumberOfAPerson } from '../shared/hand-written';
import { type CacheUse, uncounted } from '../shared/telemetry/cache-use';

/** Largest request body in bytes. */
export const BODY_LIMIT_BYTES = 256 * 1024;

/** Most tokens of one operation; the parser stops there. */
export const TOKEN_LIMIT = 10_000;

/** Deepest selection: a docket's cases' children's nested sections take 9. */
const DEPTH_LIMIT = 16;

/** Fields after fragments are written out: the whole of a docket takes some hundreds. */
const FIELD_LIMIT = 2_000;

/** Fields at the root, aliases included: each is planned and fetched by itself. */
const ROOT_FIELD_LIMIT = 20;

const REMEMBERED_DOCUMENTS = 1_000;

/** @returns why an operation is refused, or undefined; one that does not parse is left to the engine. */
export type OperationLimits = (query: string) => GraphQLError | undefined;

/**
 * Limits that look at the text alone, once per text, before validation: a rule of the validator would run beside the
 * library's own, some of which take seconds on fragments within fragments (CVE-2025-32030, CVE-2025-32031).
 */
export function operationLimits(use: CacheUse = uncounted()): OperationLimits {
  const verdicts = new LRUCache<string, { readonly fault: GraphQLError | undefined }>({ max: REMEMBERED_DOCUMENTS });
  return (query) => {
    const key = createHash('sha256').update(query).digest('base64');
    let verdict = verdicts.get(key);
    if (verdict !== undefined) use.hits += 1;
    else {
      use.misses += 1;
      const document = parsed(query);
      verdict = { fault: document && faultOf(document) };
      verdicts.set(key, verdict);
    }
    return verdict.fault;
  };
}

function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query, { maxTokens: TOKEN_LIMIT, noLocation: true });
  } catch {
    return undefined;
  }
}

function faultOf(document: DocumentNode): GraphQLError | undefined {
  if (namesANumber(document) || namesTooMuch(document)) return failure('OPERATION_NAME_REFUSED');
  const measure = measureOf(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, fields, level } = measure(definition.selectionSet);
    if (depth > DEPTH_LIMIT) return failure('OPERATION_TOO_DEEP', undefined, { limit: DEPTH_LIMIT });
    if (level > ROOT_FIELD_LIMIT) return failure('OPERATION_TOO_WIDE', undefined, { limit: ROOT_FIELD_LIMIT });
    if (fields > FIELD_LIMIT) return failure('OPERATION_TOO_WIDE', undefined, { limit: FIELD_LIMIT });
  }
  return undefined;
}

/** Names of the operation stand in paths of errors, where no value of a record may stand. */
function namesANumber(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Name({ value }) {
      if (/\d{15}/.test(value)) found = true;
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

const LONGEST_NAME = 100;

interface Measure {
  /** Levels of fields. */
  readonly depth: number;
  /** Fields in all. */
  readonly fields: number;
  /** Fields of the first level. */
  readonly level: number;
}

/** Measures selections as if their fragments were written out, each fragment once. */
function measureOf(document: DocumentNode): (selections: SelectionSetNode) => Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Measure>();
  const nothing: Measure = { depth: 0, fields: 0, level: 0 };

  const ofFragment = (name: string): Measure => {
    // A fragment within itself counts as nothing there: validation refuses it.
    const measure = known.get(name) ?? nothing;
    const fragment = fragments.get(name);
    if (known.has(name) || fragment === undefined) return measure;
    known.set(name, nothing);
    const measured = ofSelections(fragment.selectionSet);
    known.set(name, measured);
    return measured;
  };
  const ofSelections = ({ selections }: SelectionSetNode): Measure => {
    let { depth, fields, level } = nothing;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? ofSelections(selection.selectionSet) : nothing;
        depth = Math.max(depth, 1 + below.depth);
        fields += 1 + below.fields;
        level += 1;
        continue;
      }
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT
          ? ofSelections(selection.selectionSet)
          : ofFragment(selection.name.value);
      depth = Math.max(depth, inner.depth);
      fields += inner.fields;
      level += inner.level;
    }
    return { depth, fields, level };
  };
  return ofSelections;
}
