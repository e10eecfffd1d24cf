import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import type { DataClassName } from '../../shared/access/catalogue';
import { type Coordinate, classesOf, requirementOf } from '../../shared/access/labels';
import type { Entry } from './cases';

/** A field that shows how a class is answered. */
export interface Probe {
  readonly dataClass: DataClassName;
  /** Another class that alone opens the field. */
  readonly or: DataClassName | undefined;
  /** Other classes that the field also requires. */
  readonly and: readonly DataClassName[];
  /** Columns in which its record is refused, whatever the class's cell says. */
  readonly unless: readonly string[];
  readonly root: 'Child' | 'Query';
  /** Names of fields from the root to a leaf: `enrolment`, `studentNumber`. */
  readonly steps: readonly string[];
  /** The field that carries the class: `Enrolment.studentNumber`. */
  readonly labelled: Coordinate;
  /** Whether its refusal nulls the parent object, so that it must be requested on its own. */
  readonly apart: boolean;
  /** Whether it is a page of a list, which may contain other records. */
  readonly page: boolean;
  /** Whether it is refused where its class is masked. */
  readonly withoutMask: boolean;
  /** Whether it is reached through such a page. */
  readonly among: boolean;
  /** Whether its values are texts that identify their source field. */
  readonly text: boolean;
}

/** A fault of a class's fields: a wrong field in a case, or a field that no case names. */
export interface ProbeFault {
  /** Undefined for a field that belongs to no class. */
  readonly dataClass: DataClassName | undefined;
  readonly message: string;
}

/**
 * Reads the fields in an agency's cases, and their faults: each must carry its class, and the cases must name every
 * labelled field.
 */
export function probesIn(
  cases: ReadonlyMap<DataClassName, Entry>,
  schema: DocumentNode,
): { readonly probes: readonly Probe[]; readonly faults: readonly ProbeFault[] } {
  const types = new Map(
    schema.definitions.flatMap((type) =>
      type.kind === Kind.OBJECT_TYPE_DEFINITION ? [[type.name.value, type] as const] : [],
    ),
  );
  const probes: Probe[] = [];
  const faults: ProbeFault[] = [];
  for (const [dataClass, { fields }] of cases) {
    for (const given of fields) {
      const {
        field,
        or,
        and = [],
        unless = [],
        'without-mask': withoutMask = false,
      } = typeof given === 'string' ? { field: given } : given;
      const found = probeOf(dataClass, field, or, types);
      if (typeof found === 'string') faults.push({ dataClass, message: found });
      else if (withoutMask && found.masked) faults.push({ dataClass, message: `"${field}" has a mask.` });
      else probes.push({ ...found.probe, and, unless, withoutMask });
    }
  }
  const probed = new Set(probes.map(({ labelled }) => labelled));
  const forgotten = labelledFields(types).filter((coordinate) => !probed.has(coordinate));
  if (faults.length === 0 && forgotten.length > 0) {
    faults.push({ dataClass: undefined, message: `No case names these labelled fields: ${forgotten.join(', ')}.` });
  }
  return { probes, faults };
}

/** @throws with the first fault. */
export function probesOf(cases: ReadonlyMap<DataClassName, Entry>, schema: DocumentNode): readonly Probe[] {
  const { probes, faults } = probesIn(cases, schema);
  const [fault] = faults;
  if (fault === undefined) return probes;
  throw new Error(fault.dataClass === undefined ? fault.message : `${fault.dataClass}: ${fault.message}`);
}

/** Prints selections, merged into one tree: fields of one object are requested together. */
export function selectionOf(probes: readonly Probe[]): string {
  interface Tree extends Map<string, Tree> {}
  const tree: Tree = new Map();
  for (const { steps } of probes) {
    let at = tree;
    for (const step of steps) {
      const below = at.get(step) ?? new Map();
      at.set(step, below);
      at = below;
    }
  }
  const print = (level: Tree): string =>
    [...level].map(([name, below]) => (below.size === 0 ? name : `${name} { ${print(below)} }`)).join(' ');
  return print(tree);
}

// Private:

type Types = ReadonlyMap<string, ObjectTypeDefinitionNode>;

function probeOf(
  dataClass: DataClassName,
  written: string,
  or: DataClassName | undefined,
  types: Types,
): { readonly probe: Omit<Probe, 'and' | 'unless' | 'withoutMask'>; readonly masked: boolean } | string {
  const [, root, selection] = /^(Child|Query)\.(.*)$/.exec(written) ?? [];
  const steps = stepsOf(selection ?? '');
  if (steps === undefined) return `"${written}" must select exactly one field of Child or Query.`;
  const path: { readonly type: string; readonly field: FieldDefinitionNode }[] = [];
  let type = root ?? '';
  for (const step of steps) {
    const field = types.get(type)?.fields?.find(({ name }) => name.value === step);
    if (field === undefined) return `There is no ${type}.${step}.`;
    path.push({ type, field });
    type = namedType(field.type);
  }
  const labelled =
    path.find(({ field }) => classesIn(field).includes(dataClass)) ??
    path.find(({ field }) => classesIn(types.get(namedType(field.type))).includes(dataClass));
  if (labelled === undefined) return `"${written}" does not carry this class.`;
  if (or !== undefined && !classesIn(labelled.field).includes(or)) {
    return `${or} does not open "${written}".`;
  }
  const probe = {
    dataClass,
    or,
    root: root as Probe['root'],
    steps: path.map(({ field }) => field.name.value),
    labelled: `${labelled.type}.${labelled.field.name.value}`,
    apart: root === 'Child' && isIndispensable(labelled.field.type),
    page: isPage(labelled.field),
    among: path.some(({ field }) => isPage(field)),
    text: type === 'String' || type === 'Date',
  };
  return { probe, masked: (labelled.field.directives ?? []).some(({ name }) => name.value === 'mask') };
}

/** `enrolment { school }` -> `enrolment`, `school`; undefined for anything but one field. */
function stepsOf(selection: string): readonly string[] | undefined {
  const steps: string[] = [];
  let set = selectionSetOf(selection);
  while (set !== undefined) {
    const [field, ...more] = set.selections;
    if (field?.kind !== Kind.FIELD || more.length > 0) return undefined;
    steps.push(field.name.value);
    set = field.selectionSet;
  }
  return steps.length === 0 ? undefined : steps;
}

function selectionSetOf(selection: string): SelectionSetNode | undefined {
  try {
    const [operation] = parse(`{ ${selection} }`).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
  } catch {
    return undefined;
  }
}

/** Labelled fields, and fields of children and root types that lead to a labelled type; mutations are not included. */
function labelledFields(types: Types): Coordinate[] {
  return [...types]
    .filter(([type]) => type !== 'Mutation')
    .flatMap(([type, { fields = [] }]) =>
      fields
        .filter(
          (field) =>
            classesIn(field).length > 0 ||
            (['Child', 'Query'].includes(type) && classesIn(types.get(namedType(field.type))).length > 0),
        )
        .map(({ name }) => `${type}.${name.value}`),
    );
}

function classesIn(node: ObjectTypeDefinitionNode | FieldDefinitionNode | undefined): DataClassName[] {
  return classesOf(requirementOf(node?.directives ?? []));
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

const isPage = ({ type }: FieldDefinitionNode): boolean => namedType(type).endsWith('Connection');

function isIndispensable(type: TypeNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE && type.type.kind !== Kind.LIST_TYPE;
}
