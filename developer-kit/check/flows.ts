import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { federationDirective } from '../../gateway/federation/federation-directive';
import { type Coordinate, classesOf, requirementOf } from '../../shared/access/labels';
import type { Agency } from '../../shared/domain/agencies';
import { namedType, placesOf } from './definitions';
import type { Place } from './finding';
import type { ReadAgency } from './read-agency';

/** A labelled field of one agency that a schema sends to another without a client's request. */
export interface Flow {
  readonly field: Coordinate;
  readonly dataClasses: readonly string[];
  readonly from: Agency;
  readonly to: Agency;
  readonly by: 'requires' | 'provides' | 'key';
  /** The field or type that causes it. */
  readonly on: string;
  readonly place: Place | undefined;
}

/**
 * Finds the flows caused by `@requires`, `@provides` and `@key`. The gateway fetches the fields that these directives
 * name from their owner and sends them on, whatever the client requested; fields of `@provides` are answered by the
 * receiving agency from its own data.
 */
export function flowsIn(agencies: readonly ReadAgency[]): readonly Flow[] {
  const owned = ownedFields(agencies);
  return agencies.flatMap(({ agency, schema }) => {
    if (schema === undefined) return [];
    const given = directivesIn(schema);
    return given.flatMap(({ name, directive, parent, on }): readonly Flow[] => {
      const [place] = placesOf(directive);
      const named = fieldsNamed(directive, parent, owned);
      if (name === 'key') {
        const others = agencies.filter((other) => other.agency !== agency && other.definitions.has(parent));
        return named
          .filter(({ from }) => from === agency)
          .flatMap((field) => others.map((to) => ({ ...field, to: to.agency, by: name, on, place })));
      }
      return named
        .filter(({ from }) => from !== agency)
        .map((field) => ({ ...field, to: agency, by: name, on, place }));
    });
  });
}

// Private:

interface OwnedField {
  readonly agency: Agency;
  readonly type: string;
  readonly dataClasses: readonly string[];
}

/** Fields by coordinate, with the agencies that resolve them (not those that mark them external). */
type OwnedFields = ReadonlyMap<Coordinate, readonly OwnedField[]>;

type ObjectType = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

const objectTypes = (schema: DocumentNode): readonly ObjectType[] =>
  schema.definitions.filter(
    (type) => type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.OBJECT_TYPE_EXTENSION,
  );

function ownedFields(agencies: readonly ReadAgency[]): OwnedFields {
  const owned = new Map<Coordinate, OwnedField[]>();
  for (const { agency, schema } of agencies) {
    if (schema === undefined) continue;
    const types = objectTypes(schema);
    const external = federationDirective(schema, 'external');
    const isExternal = ({ directives = [] }: ObjectType | FieldDefinitionNode) =>
      directives.some(({ name }) => external(name.value));
    const labelsOf = (name: string) =>
      types.filter((type) => type.name.value === name).flatMap(({ directives = [] }) => directives);
    for (const type of types.filter((one) => !isExternal(one))) {
      for (const field of (type.fields ?? []).filter((one) => !isExternal(one))) {
        const target = namedType(field.type);
        const labels = [...labelsOf(type.name.value), ...(field.directives ?? []), ...labelsOf(target)];
        const coordinate = `${type.name.value}.${field.name.value}`;
        const one = { agency, type: target, dataClasses: classesOf(requirementOf(labels)) };
        owned.set(coordinate, [...(owned.get(coordinate) ?? []), one]);
      }
    }
  }
  return owned;
}

interface Given {
  readonly name: Flow['by'];
  readonly directive: ConstDirectiveNode;
  /** The type that the field set belongs to. */
  readonly parent: string;
  readonly on: string;
}

function directivesIn(schema: DocumentNode): readonly Given[] {
  const [requires, provides, key] = (['requires', 'provides', 'key'] as const).map((name) =>
    federationDirective(schema, name),
  );
  return objectTypes(schema).flatMap((type) => {
    const parent = type.name.value;
    const keys = (type.directives ?? [])
      .filter(({ name }) => key?.(name.value))
      .map((directive) => ({ name: 'key' as const, directive, parent, on: parent }));
    const others = (type.fields ?? []).flatMap((field) =>
      (field.directives ?? []).flatMap((directive): readonly Given[] => {
        const on = `${parent}.${field.name.value}`;
        if (requires?.(directive.name.value)) return [{ name: 'requires', directive, parent, on }];
        return provides?.(directive.name.value)
          ? [{ name: 'provides', directive, parent: namedType(field.type), on }]
          : [];
      }),
    );
    return [...keys, ...others];
  });
}

/** The labelled fields in `fields: "identity { birthDate }"`, with their owners. */
function fieldsNamed(
  { arguments: given = [] }: ConstDirectiveNode,
  parent: string,
  owned: OwnedFields,
): readonly Pick<Flow, 'field' | 'dataClasses' | 'from'>[] {
  const value = given.find(({ name }) => name.value === 'fields')?.value;
  const walk = (
    set: SelectionSetNode | undefined,
    type: string,
  ): readonly Pick<Flow, 'field' | 'dataClasses' | 'from'>[] =>
    (set?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return walk(selection.selectionSet, selection.typeCondition?.name.value ?? type);
      }
      if (selection.kind !== Kind.FIELD) return [];
      const field = `${type}.${selection.name.value}`;
      const owners = owned.get(field) ?? [];
      return [
        ...owners
          .filter(({ dataClasses }) => dataClasses.length > 0)
          .map(({ agency, dataClasses }) => ({ field, dataClasses, from: agency })),
        ...walk(selection.selectionSet, owners[0]?.type ?? ''),
      ];
    });
  return value?.kind === Kind.STRING ? walk(selectionSet(value.value), parent) : [];
}

/** Undefined for an invalid field set, which composition reports. */
function selectionSet(fields: string): SelectionSetNode | undefined {
  try {
    const [operation] = parse(`{ ${fields} }`).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
  } catch {
    return undefined;
  }
}
