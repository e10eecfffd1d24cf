import { type ConstDirectiveNode, type DocumentNode, Kind, type TypeNode } from 'graphql';
import { isOpen } from '../../../developer-kit/cases/cases';
import { expectedAnswer, type Subject } from '../../../developer-kit/cases/expected-answer';
import type { ReferenceName as NameInCases } from '../../../developer-kit/cases/situation';
import { SUBGRAPHS } from '../../../gateway/embedded/embedded';
import type { DataClassName } from '../../../shared/access/catalogue';
import { classesOf, requirementOf } from '../../../shared/access/labels';
import { AGENCIES, type Agency } from '../../../shared/domain/agencies';
import { typeDefs } from '../../../shared/subgraph/schema/type-defs';
import { Specification } from '../cases/specification';
import { demoCaller } from '../identity-provider';
import type { Asker, ReferenceName } from './askers';

// Who is shown a fact follows from the cases of all classes on the way to it, which test/access/cases.test.ts holds true.

/** The references by their names in the cases. */
const IN_CASES: Readonly<Record<ReferenceName, NameInCases>> = {
  'its-case': 'the case of the child',
  'other-case': 'another case',
  'regular-meeting': 'a regular meeting about the child',
  'case-conference': 'a case conference about the child',
  'other-meeting': 'another meeting',
  'its-task': 'a task about the child',
  'its-clue': 'a clue about the child',
  // It includes visits at school.
  'its-support': 'an assignment to protect the child, at school',
  'town-assessment': 'an assessment of the child',
  'county-assessment': 'an assessment of the child',
  'town-visits': 'visits to the child',
  'village-visits': 'visits to the child',
  'next-village-visits': 'other visits',
};

/** The left-behind child's village; meetings belong to the county, and everything else to the town or to its holder's region. */
const VILLAGE = '990101001001';
const REGION_OF = { meeting: '990101', others: '990101001' };

const specification = new Specification();
const SCHEMAS: ReadonlyMap<Agency, DocumentNode> = new Map(
  SUBGRAPHS.map(({ agency, folder }) => [agency, typeDefs(folder)]),
);

/** A fact with the field that shows it. */
interface FactToShow {
  readonly name: DataClassName;
  readonly agency: Agency;
  readonly of: 'Child' | 'Clue';
  readonly field: readonly string[];
}

/** Whether an asker's answer must contain the fact. */
export function isShown(fact: FactToShow, asker: Asker): boolean {
  const { purpose, reference } = asker;
  const situation = {
    name: asker.name,
    caller: demoCaller(asker.caller),
    purpose,
    reference: reference === undefined ? null : IN_CASES[reference],
    reasonGiven: purpose === 'EMERGENCY',
  };
  const subjectOf = (dataClass: DataClassName): Subject => ({
    owner: AGENCIES.find((agency) => dataClass.startsWith(`${agency}.`)) ?? fact.agency,
    region: VILLAGE,
    referenceRegion: /-(meeting|conference)$/.test(reference ?? '') ? REGION_OF.meeting : REGION_OF.others,
    leadAgency: 'civil-affairs',
    helpers: [],
    locationProtected: false,
  });
  return classesOnTheWay(fact).every((name) =>
    isOpen(expectedAnswer(specification.entry(name), situation, subjectOf(name))),
  );
}

// Private:

function classesOnTheWay({ agency, of, field: path }: FactToShow): readonly DataClassName[] {
  const types = (SCHEMAS.get(agency)?.definitions ?? []).filter((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION);
  let type = types.find(({ name }) => name.value === of);
  const nodes: ({ readonly directives?: readonly ConstDirectiveNode[] } | undefined)[] = [type];
  for (const step of path) {
    const field = type?.fields?.find(({ name }) => name.value === step);
    if (field === undefined) throw new Error(`${agency} has no field ${type?.name.value}.${step}.`);
    type = types.find(({ name }) => name.value === namedType(field.type));
    nodes.push(type, field);
  }
  return [...new Set(nodes.flatMap((node) => classesOf(requirementOf(node?.directives ?? []))))];
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
