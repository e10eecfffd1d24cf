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

/** What a supergraph's labels ask for before a field is answered, worked out once. */
export interface Requirements {
  /**
   * Of its type, of itself, and of what it leads to, together; no entry where nothing is asked for. Of a mutation its own
   * alone, which asks whether one may write: what it answers is asked for field by field, as everywhere.
   */
  readonly byField: ReadonlyMap<Coordinate, Requirement>;
  /** Fields without a label, by the labelled fields of the objects that they lead to: these are there for their sake only. */
  readonly containers: ReadonlyMap<Coordinate, readonly Coordinate[]>;
  /** Of its type and of itself alone, as its agency's guard has it. */
  readonly own: ReadonlyMap<Coordinate, Requirement>;
  /** By type: what an object of it must be answered for to be there, as `requirementToExist` has it. */
  readonly toExist: ReadonlyMap<string, Requirement>;
}

/**
 * Reads the labels of a composed supergraph. A field of an interface asks for what all types that implement it ask for,
 * and a field that leads to an interface or a union asks for what any type behind it asks for: no way around a label
 * leads through an abstract type (GHSA-mx7m-j9xf-62hw, GHSA-x33c-7c2v-mrj9).
 *
 * @throws where an interface has a label that none of these types has: it would not hold for any of them.
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
 * What directives ask for: labels, and of the other security features what they mean here. Every caller is authenticated,
 * so that `@authenticated` always holds; nobody has scopes, so that `@requiresScopes` never does.
 */
export function askedBy(directives: readonly ConstDirectiveNode[]): Requirement {
  const scoped = directives.some(({ name }) => name.value === 'requiresScopes');
  return [...requirementOf(directives), ...(scoped ? [[[SCOPES]]] : [])];
}

/** Stands for a scope where classes stand. */
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
  throw new Error(`The supergraph labels an interface by itself, ${coordinate}: refused.`);
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

/** Labels that are asked for twice, by a type and by a field that leads to it, count once. */
function distinct(requirement: Requirement): Requirement {
  const seen = new Map(requirement.map((sets) => [JSON.stringify(sets), sets]));
  return [...seen.values()];
}
