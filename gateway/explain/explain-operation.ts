import { type GraphQLSchema, getNamedType, isCompositeType, isRequiredArgument } from 'graphql';
import { z } from 'zod';
import type { Coordinate } from '../../shared/access/labels';
import { failure } from '../../shared/protocol/errors';
import { type FieldStep, fieldPath, UnknownField } from './field-path';

/** A request for an explanation. */
export interface ExplainAsked {
  /** Coordinates of the known part of the path, from the root if a child is named. */
  readonly way: readonly Coordinate[];
  /** Whether the field exists. */
  readonly known: boolean;
  /** Response keys on the path to its values; null without a child. */
  readonly path: readonly string[] | null;
  /** The ordinary operation whose answer is explained; an operation without fields if no child is named. */
  readonly operation: { readonly query: string; readonly variables?: { readonly child: string } };
}

/** A path of fields. Must not contain six digits in a row: it could be an ID number. */
const FIELD = /^(?!.*\d{6})[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){1,15}$/;

const body = z.strictObject({
  field: z.string().max(500).regex(FIELD),
  child: z.string().min(1).max(200).optional(),
});

const NOTHING = 'query AccessExplain { __typename }';

/**
 * Turns a request for an explanation into the operation to explain. For an unknown field, requests the known part of the
 * path, so that the result looks like a field without data.
 *
 * @throws BAD_REQUEST, BAD_USER_INPUT
 */
export function explainOperation(schema: GraphQLSchema, sent: unknown): ExplainAsked {
  const parsed = body.safeParse(sent);
  if (!parsed.success) {
    throw failure(
      'BAD_REQUEST',
      'The request body must be a JSON object with "field" and, to explain an answer about a child, "child".',
    );
  }
  const { field, child } = parsed.data;
  const { steps, known } = stepsOf(schema, field);
  const way = steps.map(({ coordinate }) => coordinate);
  if (child === undefined) return { way, known, path: null, operation: { query: NOTHING } };
  if (!field.startsWith('Child.')) {
    throw failure('BAD_USER_INPUT', 'With "child", the path in "field" must begin with "Child.".');
  }
  if (steps.some((step) => step.field.args.some(isRequiredArgument))) {
    throw failure(
      'BAD_USER_INPUT',
      'With "child", the path in "field" must not contain a field with required arguments.',
    );
  }
  return {
    way: ['Query.child', ...way],
    known,
    path: ['child', ...steps.map(({ name }) => name)],
    operation: {
      query: `query AccessExplain($child: ID!) { child(id: $child) { ${selection(steps)} } }`,
      variables: { child },
    },
  };
}

// Private:

function stepsOf(
  schema: GraphQLSchema,
  field: string,
): { readonly steps: readonly FieldStep[]; readonly known: boolean } {
  try {
    return { steps: fieldPath(schema, field), known: true };
  } catch (error) {
    if (!(error instanceof UnknownField)) throw error;
    return { steps: error.steps, known: false };
  }
}

/** `enrolment { school }` */
function selection(steps: readonly FieldStep[]): string {
  const last = steps.at(-1);
  const leaf = last === undefined || isCompositeType(getNamedType(last.field.type)) ? '__typename' : '';
  return steps.reduceRight((inner, { name }) => (inner === '' ? name : `${name} { ${inner} }`), leaf);
}
