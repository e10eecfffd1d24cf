import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { type Coordinate, classesOf, type Requirement, requirementOf } from '../../shared/access/labels';

/** The data classes that the labels of a supergraph require for each field, computed once. */
export interface Requirements {
  /**
   * Labels of the field, of its parent type and of the type that it returns; no entry if there are none. For a mutation
   * only its own, which decide whether the caller may write: the fields of its result are decided one by one, as
   * everywhere.
   */
  readonly byField: ReadonlyMap<Coordinate, Requirement>;
  /**
   * Unlabelled fields that lead to objects with labelled fields, with those: such a field exists for their sake only.
   */
  readonly containers: ReadonlyMap<Coordinate, readonly Coordinate[]>;
  /** Labels of the field and of its parent type only, as the agency's guard applies them. */
  readonly own: ReadonlyMap<Coordinate, Requirement>;
  /** By type: the requirement for an object of this type to exist for a caller, as in `requirementToExist`. */
  readonly toExist: ReadonlyMap<string, Requirement>;
}

/**
 * Reads the labels of a composed supergraph. A field of an interface requires the labels of all types that implement
 * it, and a field that returns an interface or a union those of every possible type, so that abstract types give no way
 * around a label (GHSA-mx7m-j9xf-62hw, GHSA-x33c-7c2v-mrj9).
 *
 * @throws if an interface has a label that none of its types has: it would hold for none of them.
 */
export function readRequirements(supergraph: DocumentNode): Requirements {
  const types = new Map<string, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>();
  const possibleTypes = new Map<string, readonly string[]>();
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      types.set(definition.name.value, definition);
    }
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      possibleTypes.set(
        definition.name.value,
        (definition.types ?? []).map(({ name }) => name.value),
      );
    }
  }
  for (const [name, { kind }] of types) {
    const implementations = [...types.values()].filter(
      (type) =>
        type.kind === Kind.OBJECT_TYPE_DEFINITION &&
        type.interfaces?.some((implemented) => implemented.name.value === name),
    );
    possibleTypes.set(
      name,
      kind === Kind.OBJECT_TYPE_DEFINITION ? [name] : implementations.map((type) => type.name.value),
    );
  }

  const ofType = (name: string): Requirement => askedBy(types.get(name)?.directives ?? []);
  const ofTarget = (type: TypeNode): Requirement => {
    const name = namedType(type);
    return distinct([name, ...(possibleTypes.get(name) ?? [])].flatMap(ofType));
  };
  const ofField = (typeName: string, fieldName: string): Requirement => {
    const field = types.get(typeName)?.fields?.find(({ name }) => name.value === fieldName);
    if (field === undefined) return [];
    if (typeName === MUTATION) return [...ofType(typeName), ...askedBy(field.directives ?? [])];
    return [...ofType(typeName), ...askedBy(field.directives ?? []), ...ofTarget(field.type)];
  };

  const byField = new Map<Coordinate, Requirement>();
  const own = new Map<Coordinate, Requirement>();
  const toExist = new Map<string, Requirement>();
  const labelledFields = new Map<string, Coordinate[]>();
  for (const [typeName, type] of types) {
    const indispensable = (type.fields ?? []).filter(
      ({ type }) => type.kind === Kind.NON_NULL_TYPE && type.type.kind !== Kind.LIST_TYPE,
    );
    toExist.set(typeName, [
      ...ofType(typeName),
      ...indispensable.flatMap(({ directives = [] }) => askedBy(directives)),
    ]);
    for (const field of type.fields ?? []) {
      const { name } = field;
      const coordinate = `${typeName}.${name.value}`;
      own.set(coordinate, [...ofType(typeName), ...askedBy(field.directives ?? [])]);
      const behind = (possibleTypes.get(typeName) ?? []).flatMap((possible) => ofField(possible, name.value));
      const requirement = distinct([...ofField(typeName, name.value), ...behind]);
      if (type.kind === Kind.INTERFACE_TYPE_DEFINITION) refuseOwnLabels(coordinate, [type, field], behind);
      if (requirement.length === 0) continue;
      byField.set(coordinate, requirement);
      if (type.kind === Kind.OBJECT_TYPE_DEFINITION) {
        labelledFields.set(typeName, [...(labelledFields.get(typeName) ?? []), coordinate]);
      }
    }
  }
  return { byField, containers: containersIn(types, byField, labelledFields), own, toExist };
}

/**
 * Reads the requirement from directives: labels, and the security directives of federation. Every caller is
 * authenticated, so `@authenticated` always holds; nobody has scopes, so `@requiresScopes` never does.
 */
export function askedBy(directives: readonly ConstDirectiveNode[]): Requirement {
  const scoped = directives.some(({ name }) => name.value === 'requiresScopes');
  return [...requirementOf(directives), ...(scoped ? [[[SCOPES]]] : [])];
}

/** Takes the place of a data class in a requirement of `@requiresScopes`. */
export const SCOPES = '@requiresScopes';

const MUTATION = 'Mutation';

/** Composition gives root types their usual names. */
export const isMutation = (coordinate: Coordinate): boolean => coordinate.startsWith(`${MUTATION}.`);

/** `Mutation.takeStep` -> `takeStep` */
export const mutationName = (coordinate: Coordinate): string => coordinate.slice(MUTATION.length + 1);

// Private:

function refuseOwnLabels(
  coordinate: Coordinate,
  labelled: readonly (InterfaceTypeDefinitionNode | FieldDefinitionNode)[],
  behind: Requirement,
): void {
  const own = classesOf(askedBy(labelled.flatMap(({ directives = [] }) => directives)));
  if (own.every((dataClass) => classesOf(behind).includes(dataClass))) return;
  throw new Error(`${coordinate} has a label on the interface that none of its types has.`);
}

function containersIn(
  types: ReadonlyMap<string, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>,
  byField: ReadonlyMap<Coordinate, Requirement>,
  labelledFields: ReadonlyMap<string, readonly Coordinate[]>,
): ReadonlyMap<Coordinate, readonly Coordinate[]> {
  const containers = new Map<Coordinate, readonly Coordinate[]>();
  for (const [typeName, { fields = [] }] of types) {
    for (const { name, type } of fields) {
      const coordinate = `${typeName}.${name.value}`;
      const contents = labelledFields.get(namedType(type));
      if (contents !== undefined && !byField.has(coordinate)) containers.set(coordinate, contents);
    }
  }
  return containers;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** Drops duplicates: a type and a field that returns it may have the same label. */
function distinct(requirement: Requirement): Requirement {
  const seen = new Map(requirement.map((sets) => [JSON.stringify(sets), sets]));
  return [...seen.values()];
}
