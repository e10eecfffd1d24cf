import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { PROJECT } from '../../../shared/config/project-root';
import { everythingOf } from './everything-of';
import { ABSENT_FACTS, type AbsentFact } from './facts';

export interface Query {
  readonly name: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The subjects of the queries. */
export interface Subjects {
  readonly idNumber: string;
  readonly child: string;
  readonly clue: string;
  /** Pseudonyms of other children, with and without hidden facts. */
  readonly others: readonly string[];
}

export const SCHEMA = buildSchema(readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8'), {
  assumeValidSDL: true,
});
const CHILD = everythingOf(SCHEMA, 'Child');
const ABOUT_CASES = ['Case', 'JointMeeting', 'Clue'].map((type) => everythingOf(SCHEMA, type, { cut: ['Child'] }));

/** All fields of `Child` with an absent refusal. */
const SILENT = ABSENT_FACTS.filter((fact) => fact.of === 'Child')
  .map(({ field }) => nested(field))
  .join(' ');

const PAGE = 'totalCount pageInfo { hasNextPage endCursor }';

/** An empty query, which fills the cache of the reference's content. */
export const OPENING: Query = { name: 'opening', text: '{ __typename }', variables: {} };

/** One child's whole record, by id and by ID number. */
export function recordQueries({ idNumber, child }: Subjects): readonly Query[] {
  return [
    {
      name: `${child} by number`,
      text: `query ($number: String!) { childByIdNumber(idNumber: $number) { ${CHILD} } }`,
      variables: { number: idNumber },
    },
    {
      name: `${child} by id`,
      text: `query ($id: ID!) { child(id: $id) { ${CHILD} } }`,
      variables: { id: child },
    },
  ];
}

/** Lists with totals, pages and filters, and several children at once. */
export function listQueries({ others }: Subjects): readonly Query[] {
  const [cases, meetings, clues] = ABOUT_CASES;
  // In the lists' form: the sort value and the id.
  const [after = ''] = others;
  const cursor = Buffer.from(JSON.stringify([after, after])).toString('base64url');
  return [
    {
      name: 'children',
      text: `query ($after: String!) {
        all: children(first: 200) { ${PAGE} nodes { id } }
        some: children(first: 3) { ${PAGE} edges { cursor node { id ${SILENT} } } }
        more: children(first: 3, after: $after) { ${PAGE} edges { cursor node { id ${SILENT} } } }
        village: children(filter: { region: "990101001001" }) { ${PAGE} nodes { id } }
        assessed: children(filter: { riskLevels: [RED, ORANGE, YELLOW] }) { ${PAGE} nodes { id } }
      }`,
      variables: { after: cursor },
    },
    {
      name: 'meetings and clues',
      text: `{
        jointMeetings(first: 50) { ${PAGE} nodes { ${meetings} } }
        conferences: jointMeetings(filter: { kind: CASE_CONFERENCE }) { ${PAGE} edges { cursor } }
        clues(first: 50) { ${PAGE} nodes { ${clues} } }
        waiting: clues(filter: { awaitingFeedback: true }, first: 2) { ${PAGE} edges { cursor node { reporter } } }
      }`,
      variables: {},
    },
    {
      name: 'cases',
      text: `{
        cases(first: 100) { ${PAGE} nodes { ${cases} } }
        town: cases(filter: { region: "990101001", levels: [RED, ORANGE, YELLOW] }) { ${PAGE} edges { cursor } }
        firstCase: cases(first: 1) { ${PAGE} nodes { children { ${SILENT} } } }
      }`,
      variables: {},
    },
    {
      name: 'tasks, what is due, and figures',
      text: `{
        tasks(first: 200) { ${PAGE} nodes { id agency title dueAt doneAt overdue outcome } }
        open: tasks(filter: { done: false }, first: 2) { ${PAGE} edges { cursor } }
        dueItems(first: 200) { ${PAGE} nodes { id kind agency dueAt overdue region { code } child { ${SILENT} } } }
        visits: dueItems(filter: { kinds: [VISIT, PROTECTION_VISIT] }, first: 2) { ${PAGE} edges { cursor } }
        protectionReport(region: "990101", quarter: "2026Q2") { byLevel { count } byCategory { count } }
      }`,
      variables: {},
    },
    {
      name: 'many children',
      text: `query (${others.map((_, index) => `$id${index}: ID!`).join(', ')}) {
        children(first: 25) { nodes { ${CHILD} } }
        ${others.map((_, index) => `child${index}: child(id: $id${index}) { ${SILENT} }`).join('\n')}
      }`,
      variables: Object.fromEntries(others.map((id, index) => [`id${index}`, id])),
    },
  ];
}

/** The queries for only one fact's field. */
export function fieldQueries({ field, of }: AbsentFact, { child, clue }: Subjects): readonly Query[] {
  const root = of === 'Child' ? 'child' : 'clue';
  const id = of === 'Child' ? child : clue;
  const query = (way: string, text: string, variables: object = {}): Query => ({
    name: `${field.join('.')} of ${id} ${way}`,
    text,
    variables: { id, ...variables },
  });
  const [first = ''] = field;
  const last = field.at(-1);
  const path = nested(field);
  const typename = field.length === 1 ? '__typename' : nested([...field.slice(0, -1), '__typename']);
  const within = (selection: string) => nested([...field.slice(0, -1), selection]);
  return [
    query('alone', `query ($id: ID!) { ${root}(id: $id) { ${path} } }`),
    query(
      'in every other way',
      `query ($id: ID!, $yes: Boolean!, $no: Boolean!) {
        ${root}(id: $id) { ${typename} }
        a: ${root}(id: $id) { ...Asked one: ${path} ... on ${of} { ${within(`two: ${last}`)} } }
        b: ${root}(id: $id) { ... { ...Asked @include(if: $yes) } }
        c: ${root}(id: $id) {
          id
          ${within(`${last} @include(if: $yes) @skip(if: $no) not: ${last} @skip(if: $yes) __typename @include(if: $no)`)}
          unless: ${first} @include(if: $no) ${path.slice(first.length)}
          only: ${first} @skip(if: $no) ${path.slice(first.length)}
        }
      }
      fragment Asked on ${of} { __typename ${path} }`,
      { yes: true, no: false },
    ),
  ];
}

// Private:

/** `['household', 'address']` -> `household { address }` */
function nested(path: readonly string[]): string {
  return path.reduceRight((inner, name) => `${name} { ${inner} }`);
}
