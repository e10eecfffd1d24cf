import {
  type DefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { askedBy } from '../../../gateway/access/requirements';
import { type Coordinate, classesOf } from '../../../shared/access/labels';
import type { Agency } from '../../../shared/domain/agencies';
import { namedType, placesOf } from '../definitions';
import type { Place } from '../finding';
import type { ReadAgency } from '../read-agency';

/**
 * Finds the labels that require one of some classes for a field: on the field, on its type, or on the type that it returns.
 *
 * @example labelledAt('Enrolment.school', ['education.school-place'], agencies) // [{ agency: 'education', place: … }]
 */
export function labelledAt(
  coordinate: Coordinate,
  classes: readonly string[],
  agencies: readonly ReadAgency[],
): readonly { readonly agency: Agency; readonly places: readonly Place[] }[] {
  const [type = ''] = coordinate.split('.');
  const read = agencies.map(({ agency, schema }) => {
    const types = (schema?.definitions ?? []).filter(isFielded);
    const fields = types
      .filter(({ name }) => name.value === type)
      .flatMap(({ fields = [] }) => fields.filter(({ name }) => `${type}.${name.value}` === coordinate));
    return { agency, types, fields };
  });
  // An agency may label the type that another agency's field returns.
  const around = new Set([type, ...read.flatMap(({ fields }) => fields.map((field) => namedType(field.type)))]);
  return read.flatMap(({ agency, types, fields }) => {
    const nodes = [...fields, ...types.filter(({ name }) => around.has(name.value))].filter(({ directives = [] }) =>
      classesOf(askedBy(directives)).some((name) => classes.includes(name)),
    );
    return nodes.length === 0 ? [] : [{ agency, places: placesOf(...nodes) }];
  });
}

// Private:

type Fielded = ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode;

const isFielded = (node: DefinitionNode): node is Fielded =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION ||
  node.kind === Kind.OBJECT_TYPE_EXTENSION ||
  node.kind === Kind.INTERFACE_TYPE_DEFINITION;
