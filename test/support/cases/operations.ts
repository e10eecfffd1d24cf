import { type Probe, selectionOf } from '../../../developer-kit/cases/probes';
import type { Situation } from '../../../developer-kit/cases/situation';
import { encodeCursor } from '../../../shared/subgraph/rows/cursor';
import { FULL_CHILD } from '../full-child';
import { type ChildAskedAbout, kindOf, meetingAskedFor, referredBy } from './subjects';

/** One wide operation, and the places of a probe in its answer. */
export interface Operation {
  readonly query: string;
  /** Names of its variables. */
  readonly variables: readonly string[];
  placesOf(probe: Probe): readonly Place[];
}

export interface Place {
  /** Response keys down to the child or the root. */
  readonly keys: readonly string[];
  /** The way to the child that it uses; undefined at the root. */
  readonly way?: string;
}

/** A way to the child. */
interface Way {
  readonly name: string;
  readonly field: string;
  /** The type condition of the selection on the child. */
  readonly on?: string;
}

/** Ways to a child at the gateway. */
export const GATEWAY_WAYS: readonly Way[] = [
  { name: 'child', field: 'child(id: $child)' },
  { name: 'childByIdNumber', field: 'childByIdNumber(idNumber: $idNumber)' },
];

/** Ways to a child at an agency. */
export const SUBGRAPH_WAYS: readonly Way[] = [
  { name: 'entity', field: '_entities(representations: $representations)', on: '... on Child' },
];

/** The arguments by which each root field finds what there is of the child. */
export const ARGUMENTS: Readonly<Record<string, string>> = {
  child: '(id: $child)',
  childByIdNumber: '(idNumber: $idNumber)',
  children: '(first: 200, after: $beforeChild)',
  case: '(id: $case)',
  cases: '(filter: { region: $caseRegion }, first: 200)',
  jointMeeting: '(id: $meeting)',
  jointMeetings: '(first: 200)',
  clue: '(id: $clue)',
  clues: '(filter: { region: $region }, first: 200)',
  clueReceipt: '(receiptNumber: $receiptNumber)',
  tasks: '(first: 200)',
  dueItems: '(filter: { kinds: [TASK] }, first: 200)',
  emergencyUses: '(first: 200)',
  protectionReport: '(region: $caseRegion, quarter: "2020Q2")',
  participations: '(filter: { kind: CASE, id: $case }, first: 200)',
  releaseRequests: `(filter: { officer: "${FULL_CHILD.release.officer}" }, first: 200)`,
  duties: `(filter: { officer: "${FULL_CHILD.duty.officer}" }, first: 200)`,
  accessLog: `(caller: "${FULL_CHILD.access.caller}")`,
  accessDigest: `(day: "${FULL_CHILD.access.day}", region: "${FULL_CHILD.region}")`,
  grant: '(kind: $kind, id: $reference)',
};

const TYPES: Readonly<Record<string, string>> = {
  child: 'ID!',
  idNumber: 'String!',
  region: 'String!',
  beforeChild: 'String!',
  case: 'ID!',
  caseRegion: 'String!',
  meeting: 'ID!',
  clue: 'ID!',
  receiptNumber: 'String!',
  kind: 'ReferenceKind!',
  reference: 'ID!',
  representations: '[_Any!]!',
};

/** One operation for all probes, on every given way to the child. */
export function wideOperation(probes: readonly Probe[], ways: readonly Way[]): Operation {
  const ofChild = probes.filter(({ root }) => root === 'Child');
  const apart = [...new Map(ofChild.filter((probe) => probe.apart).map((probe) => [probe.labelled, probe])).values()];
  const together = selectionOf(ofChild.filter((probe) => !probe.apart));
  const ofRoots = probes.filter(
    ({ root, steps: [field] }) => root === 'Query' && !ways.some(({ name }) => name === field),
  );

  // A request looks up one child by ID number.
  const waysApart = ways.filter(({ name }) => name !== 'childByIdNumber');

  const onChild = ({ name, field, on }: Way, selection: string, suffix = '') =>
    `${name}${suffix}: ${field} { ${on ? `${on} { ${selection} }` : selection} }`;
  const selections = [
    ...ways.map((way) => onChild(way, `id ${together}`)),
    ...apart.flatMap((probe, index) => waysApart.map((way) => onChild(way, selectionOf([probe]), `Apart${index}`))),
    ...[...new Set(ofRoots.map(({ steps: [field = ''] }) => field))].map((field) => {
      const below = ofRoots.filter(({ steps }) => steps[0] === field);
      const selection = selectionOf(below.map((probe) => ({ ...probe, steps: probe.steps.slice(1) })));
      return `${field}: ${field}${ARGUMENTS[field]} { ${selection} }`;
    }),
  ];
  return {
    ...operationOf(selections),
    placesOf(probe) {
      if (probe.root === 'Query') return [{ keys: [] }];
      const suffix = probe.apart ? `Apart${apart.findIndex(({ labelled }) => labelled === probe.labelled)}` : '';
      return (probe.apart ? waysApart : ways).map(({ name }) => ({ keys: [`${name}${suffix}`], way: name }));
    },
  };
}

/** An operation of root fields, with the variables that they name. */
export function operationOf(selections: readonly string[]): Pick<Operation, 'query' | 'variables'> {
  const text = selections.join('\n');
  const variables = Object.keys(TYPES).filter((name) => new RegExp(`\\$${name}\\b`).test(text));
  const declared = variables.map((name) => `$${name}: ${TYPES[name]}`).join(', ');
  return { variables, query: `query ${declared && `(${declared})`} {\n${text}\n}` };
}

/** Values of an operation's variables. */
export function variablesOf(
  { variables }: Pick<Operation, 'variables'>,
  child: ChildAskedAbout,
  situation: Situation,
): Record<string, unknown> {
  const values: Record<string, unknown> = {
    child: child.id,
    idNumber: child.idNumber,
    region: child.region,
    beforeChild: encodeCursor(Array(2).fill(`${child.id.slice(0, -1)}-`)),
    case: FULL_CHILD.case.id,
    caseRegion: FULL_CHILD.case.region,
    meeting: meetingAskedFor(situation).id,
    clue: FULL_CHILD.clue.id,
    receiptNumber: FULL_CHILD.clue.receiptNumber,
    kind: kindOf(situation).toUpperCase(),
    reference: referredBy(child, situation)?.id ?? FULL_CHILD.case.id,
    representations: [{ __typename: 'Child', id: child.id }],
  };
  return Object.fromEntries(variables.map((name) => [name, values[name]]));
}
