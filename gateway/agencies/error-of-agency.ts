import {
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import { z } from 'zod';
import { hidesCharacters, holdsNumberOfAPerson } from '../../shared/domain/free-text';
import { ARGUMENT_FAULTS, isAgencyErrorCode, isSentenceOf } from '../../shared/protocol/agency-errors';
import { ERRORS } from '../../shared/protocol/errors';

/** Converts an agency's error to the error that the client receives. */
export type ErrorOfAgency = (error: GraphQLFormattedError) => GraphQLFormattedError;

/**
 * Keeps the code, a message of the catalogue, the path and typed details of an agency's error: nothing that could
 * contain a value of a record.
 *
 * @example { message: '林小溪', extensions: { code: 'CONFLICT', current: { version: 3 }, sql: 'select' } } becomes {
 *   message: 'Somebody else has …', extensions: { code: 'CONFLICT', current: { version: 3 } } }
 */
export function errorOfAgency(schema: GraphQLSchema): ErrorOfAgency {
  const facts = factsIn(schema);
  return ({ message, path, extensions = {} }) => {
    const code = isAgencyErrorCode(extensions.code) ? extensions.code : 'INTERNAL_SERVER_ERROR';
    const known = Object.entries(facts).flatMap(([name, form]) => {
      const fact = form.safeParse(extensions[name]);
      return fact.success ? [[name, fact.data] as const] : [];
    });
    const sentence = isSentenceOf(code, message) ? message : ERRORS[code].message;
    return { message: sentence, ...(path && { path }), extensions: { ...Object.fromEntries(known), code } };
  };
}

// Private:

/** The forms of an error's details. Names of arguments and enum values are those of the graph. */
function factsIn(schema: GraphQLSchema): Readonly<Record<string, z.ZodType>> {
  const [paths, values] = [argumentPaths(schema), enumValues(schema)];
  const enumValue = z.string().refine((value) => values.has(value));
  const instant = z.union([z.date(), z.iso.datetime()]);
  return {
    argument: z.string().refine((path) => paths.has(path)),
    fault: z.enum(ARGUMENT_FAULTS),
    limit: z.int().min(0).max(9_999),
    openTasks: z.int().min(1).max(9_999),
    /** Codes of the practice in force, which say how something is handled. */
    kinds: z.array(z.string().regex(/^\p{Script=Han}{1,10}$/u)).max(30),
    current: z.union([
      z.strictObject({ version: z.int().min(0).max(999_999), step: enumValue.optional() }),
      z.strictObject({ finding: enumValue, reviewedAt: instant, reviewedBy: z.string().refine(isOfficer) }),
    ]),
  };
}

/** A `sub` of the identity provider. */
const isOfficer = (name: string): boolean =>
  name.length <= 200 && !hidesCharacters(name) && !holdsNumberOfAPerson(name);

/** `idNumber`, `filter.region`, `input.tasks.dueAt`: every argument of every field, with the fields of its input types. */
function argumentPaths(schema: GraphQLSchema): ReadonlySet<string> {
  const paths = new Set<string>();
  const add = (path: string, type: GraphQLInputType, within: readonly unknown[]): void => {
    paths.add(path);
    const named = getNamedType(type);
    if (!isInputObjectType(named) || within.includes(named)) return;
    for (const field of Object.values(named.getFields())) add(`${path}.${field.name}`, field.type, [...within, named]);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) for (const { name, type } of field.args) add(name, type, []);
  }
  return paths;
}

function enumValues(schema: GraphQLSchema): ReadonlySet<string> {
  const enums = Object.values(schema.getTypeMap()).filter(isEnumType);
  return new Set(enums.flatMap((type) => type.getValues().map(({ name }) => name)));
}
