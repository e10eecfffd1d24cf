import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Coordinate } from '../../../shared/access/labels';
import { encodeCursor } from '../../../shared/subgraph/rows/cursor';
import { ARGUMENTS, operationOf } from '../cases/operations';
import { FULL_CHILD } from '../full-child';
import { fieldsOf } from '../worlds/everything-of';
import { SCHEMA } from '../worlds/queries';
import { type AgencySchema, fieldNames } from './agency-schema';
import type { Question } from './questions';

/** An operation with values that it should refuse. */
export interface WrongQuestion extends Question {
  readonly field: Coordinate;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Texts that are no id, number, date, region or cursor; of cursors, also some with the wrong content. */
const WRONG_TEXTS = ['', "' or 1=1 --", '2020-02-30', 'AAAA', encodeCursor(['x', 'y'])];
const WRONG_NUMBERS = [-1, 0, 100, 1_000_000, 1.5, 'x'];

/** Every argument of a query, each with every kind of wrong value. */
export function wrongArguments(agencies: readonly AgencySchema[]): readonly WrongQuestion[] {
  const ofChild = new Set(agencies.flatMap(({ schema }) => fieldNames(schema, 'Child')));
  const isCentre = agencies.some(({ agency }) => agency === 'governance-center');
  const roots = fieldsOf(SCHEMA, 'Query').filter(({ name }) => name === 'child' || isCentre);
  return [
    ...fieldsOf(SCHEMA, 'Child')
      .filter(({ name }) => ofChild.has(name))
      .flatMap((field) =>
        field.args.flatMap((argument) =>
          wrongly(
            `Child.${field.name}`,
            argument,
            (wrong) => `child(id: $child) { ${field.name}(${wrong}) { __typename } }`,
          ),
        ),
      ),
    ...roots.flatMap(({ name, args }) =>
      args.flatMap((argument) =>
        wrongly(
          `Query.${name}`,
          argument,
          (wrong) => `${name}(${[...givenBesides(argument, name), wrong].join(', ')}) { __typename }`,
        ),
      ),
    ),
  ];
}

/** Every mutation, about the full child's objects, with the wrong version and texts that fit nothing. */
export function wrongMutations(): readonly WrongQuestion[] {
  const mutations = SCHEMA.getMutationType()?.getFields() ?? {};
  return Object.values(mutations).flatMap(({ name, args, type }) => {
    const [input] = args;
    if (input === undefined || !isInputObjectType(getNamedType(input.type))) return [];
    const query = `mutation ($wrong: ${input.type}) {
      ${name}(${input.name}: $wrong) ${isLeafType(getNamedType(type)) ? '' : '{ __typename }'} }`;
    const wrong = plausible(input.type, input.name, 'canaries');
    return [{ field: `Mutation.${name}`, query, variables: [], values: { wrong } }];
  });
}

// Private:

function wrongly(
  field: Coordinate,
  { name, type }: GraphQLArgument,
  selection: (argument: string) => string,
): readonly WrongQuestion[] {
  const { query, variables } = operationOf([selection(`${name}: $wrong`)]);
  const declared = query.includes('query (')
    ? query.replace('query (', `query ($wrong: ${type}, `)
    : query.replace('query ', `query ($wrong: ${type}) `);
  return wrongValues(type).map((wrong) => ({ field, query: declared, variables, values: { wrong } }));
}

/** The other arguments by which a root field finds something. */
function givenBesides({ name }: GraphQLArgument, field: string): readonly string[] {
  const given = /^\((.*)\)$/.exec(ARGUMENTS[field] ?? '')?.[1] ?? '';
  return given.split(/, (?=\w+: )/).filter((one) => one !== '' && !one.startsWith(`${name}:`) && !one.includes('{'));
}

function wrongValues(type: GraphQLInputType): readonly unknown[] {
  const named = getNullableType(type);
  if (isListType(named)) return [...wrongValues(named.ofType).map((value) => [value]), Array(2000).fill('x')];
  if (isInputObjectType(named)) {
    return [
      { unknown: 'x' },
      ...Object.values(named.getFields()).flatMap((field) =>
        wrongValues(field.type).map((value) => ({ [field.name]: value })),
      ),
    ];
  }
  return `${named}` === 'Int' ? WRONG_NUMBERS : WRONG_TEXTS;
}

const IDS: Readonly<Record<string, string>> = {
  case: FULL_CHILD.case.id,
  child: FULL_CHILD.id,
  clue: FULL_CHILD.clue.id,
  meeting: FULL_CHILD.meetings.regular.id,
  task: FULL_CHILD.task.id,
  assignment: FULL_CHILD.assessment,
  support: FULL_CHILD.support,
  notice: FULL_CHILD.villageNotice,
  proposal: FULL_CHILD.assessment,
  duty: FULL_CHILD.duty.id,
  use: FULL_CHILD.emergencyUse,
  request: FULL_CHILD.release.id,
  other: FULL_CHILD.otherCase.id,
};

/** A value of the type: the full child's objects by their ids, the first code of an enum, and the given text. */
function plausible(type: GraphQLInputType, name: string, text: string): unknown {
  if (isNonNullType(type)) return plausible(type.ofType, name, text);
  if (isListType(type)) return [plausible(type.ofType, name, text)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return Object.fromEntries(fields.map((field) => [field.name, plausible(field.type, field.name, text)]));
  }
  const scalar = `${type}`;
  if (scalar === 'Int') return 999;
  if (scalar === 'Boolean') return false;
  if (scalar === 'Date') return '2031-05-06';
  if (scalar === 'DateTime') return '2031-05-06T01:00:00.000Z';
  if (name === 'region') return FULL_CHILD.case.region;
  return IDS[name] ?? (name.endsWith('Key') ? `${text}-${Math.random()}` : text);
}
