import { type GraphQLSchema, isObjectType } from 'graphql';
import type { Agency } from '../../../shared/domain/agencies';
import { ARGUMENTS, operationOf } from '../cases/operations';
import { everythingOf, fieldsOf } from '../worlds/everything-of';
import { SCHEMA } from '../worlds/queries';
import { type AgencySchema, fieldNames } from './agency-schema';

/** An operation with the names of its variables. */
export type Question = ReturnType<typeof operationOf>;

const CENTRE: Agency = 'governance-center';
/** Root fields that clients do not see. */
const WITHHELD = ['grant'];
/** One wide operation for each group of root fields; all other root fields share one. */
const GROUPS = [
  ['case', 'cases', 'clue', 'clues'],
  ['jointMeeting', 'jointMeetings'],
  ['children', 'tasks', 'dueItems'],
];
/** Arguments of lists that a filter by a marked value would leave empty. */
const OF_ALL: Readonly<Record<string, string>> = {
  duties: '(first: 200)',
  releaseRequests: '(first: 200)',
};

/** The child's record at some agencies, with every field. */
export function recordQuestion(agencies: readonly AgencySchema[]): Question {
  const theirs = new Set(agencies.flatMap(({ schema }) => fieldNames(schema, 'Child')));
  const without = fieldNames(SCHEMA, 'Child')
    .filter((name) => !theirs.has(name))
    .map((name) => `Child.${name}`);
  return operationOf([
    `child(id: $child) { ${everythingOf(SCHEMA, 'Child', { without: [...without, ...repeated()] })} }`,
  ]);
}

/** Every field of some agencies: the child's record, and at the governance centre all other root fields. */
export function questions(agencies: readonly AgencySchema[]): readonly Question[] {
  const record = recordQuestion(agencies);
  if (!agencies.some(({ agency }) => agency === CENTRE)) return [record];
  const others = fieldNames(SCHEMA, 'Query').filter(
    (name) => !WITHHELD.includes(name) && !/^_|^child(ByIdNumber)?$/.test(name),
  );
  const grouped = new Set(GROUPS.flat());
  const groups = [...GROUPS, others.filter((name) => !grouped.has(name))];
  return [record, ...groups.map((names) => operationOf(names.map(rootSelection)))];
}

// Private:

/** Without the children themselves, whom the record asks about. */
function rootSelection(name: string): string {
  const field = fieldsOf(SCHEMA, 'Query').find((one) => one.name === name);
  if (field === undefined) throw new Error(`There is no Query.${name}.`);
  const isRequired = field.args.some(({ type, defaultValue }) => `${type}`.endsWith('!') && defaultValue === undefined);
  if (isRequired && ARGUMENTS[name] === undefined) {
    throw new Error(`Query.${name} needs arguments in test/support/cases/operations.ts.`);
  }
  const pages = field.args.some(({ name: argument }) => argument === 'first') ? '(first: 200)' : '';
  const type = `${field.type}`.replace(/[![\]]/g, '');
  const selection = everythingOf(SCHEMA, type, { cut: ['Child'], without: repeated() });
  return `${name}: ${name}${OF_ALL[name] ?? ARGUMENTS[name] ?? pages} { ${selection} }`;
}

/** The nodes of pages, which their edges lead to as well. */
function repeated(schema: GraphQLSchema = SCHEMA): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && type.name.endsWith('Connection'))
    .filter(({ name }) => fieldNames(schema, name).includes('edges'))
    .map(({ name }) => `${name}.nodes`);
}
