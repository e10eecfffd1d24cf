import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';
import type { DataClassName } from './catalogue';
import type { MaskForm } from './mask';

/**
 * The data classes that a field requires: every group must be met, a group by any of its sets, a set by all its
 * classes. Combines `@policy(policies: [[...]])` of the field and of its type (outer list OR, inner list AND).
 *
 * @example [[['education.schooling'], ['education.enrolment-status']]]
 */
export type Requirement = readonly (readonly (readonly DataClassName[])[])[];

/** `Child.attendance`, as GraphQL's schema coordinates write it. */
export type Coordinate = string;

/** The directive's name in a subgraph's schema. Renaming by `@link(as:)` is refused at composition. */
const LABEL_DIRECTIVE = 'policy';

/** Reads the labels of a subgraph's schema: the requirement of each labelled field. */
export function readLabels(schema: GraphQLSchema): ReadonlyMap<Coordinate, Requirement> {
  const labels = new Map<Coordinate, Requirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const ofType = requirementOf(typeDirectives(type));
    for (const field of Object.values(type.getFields())) {
      const requirement = [...ofType, ...requirementOf(field.astNode?.directives ?? [])];
      if (requirement.length > 0) labels.set(`${type.name}.${field.name}`, requirement);
    }
  }
  return labels;
}

/**
 * The requirement for an object of a type to exist for a caller: the labels of the type, and of each field that can be
 * neither null nor []. Empty if there are none.
 */
export function requirementToExist(schema: GraphQLSchema, typeName: string): Requirement {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  const indispensable = Object.values(type.getFields()).filter(
    (field) => isNonNullType(field.type) && !isListType(field.type.ofType),
  );
  return [
    ...requirementOf(typeDirectives(type)),
    ...indispensable.flatMap((field) => requirementOf(field.astNode?.directives ?? [])),
  ];
}

/** Reads the masked fields, and their masks, from a subgraph's schema. */
export function readMasks(schema: GraphQLSchema): ReadonlyMap<Coordinate, MaskForm> {
  const masks = new Map<Coordinate, MaskForm>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const form = maskAmong(field.astNode?.directives);
      if (form !== undefined) masks.set(`${type.name}.${field.name}`, form);
    }
  }
  return masks;
}

/** The masked fields in a subgraph's schema, each with its mask. */
export function maskedFields(schema: DocumentNode): ReadonlyMap<Coordinate, MaskForm> {
  const masks = new Map<Coordinate, MaskForm>();
  for (const type of schema.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    for (const field of type.fields ?? []) {
      const form = maskAmong(field.directives);
      if (form !== undefined) masks.set(`${type.name.value}.${field.name.value}`, form);
    }
  }
  return masks;
}

function maskAmong(directives: readonly ConstDirectiveNode[] = []): MaskForm | undefined {
  const mask = directives.find(({ name }) => name.value === 'mask');
  const form = mask?.arguments?.find(({ name }) => name.value === 'as')?.value;
  return form?.kind === Kind.ENUM ? (form.value as MaskForm) : undefined;
}

/** Every data class that a requirement names. */
export function classesOf(requirement: Requirement): DataClassName[] {
  return [...new Set(requirement.flat(2))];
}

function typeDirectives(type: GraphQLObjectType): readonly ConstDirectiveNode[] {
  return [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? []);
}

/** Reads the requirement from a node's directives. */
export function requirementOf(directives: readonly ConstDirectiveNode[]): Requirement {
  return directives
    .filter((directive) => directive.name.value === LABEL_DIRECTIVE)
    .map((directive) => {
      const policies = directive.arguments?.find((argument) => argument.name.value === 'policies')?.value;
      if (policies?.kind !== Kind.LIST) return [];
      return policies.values.map((set) =>
        set.kind === Kind.LIST ? set.values.flatMap((name) => (name.kind === Kind.STRING ? [name.value] : [])) : [],
      );
    });
}
