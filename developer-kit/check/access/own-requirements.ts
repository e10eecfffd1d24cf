import { type DefinitionNode, type DocumentNode, Kind, type ObjectTypeDefinitionNode } from 'graphql';
import { readRequirements } from '../../../gateway/access/requirements';
import { federationDirective } from '../../../gateway/federation/federation-directive';
import type { Coordinate, Requirement } from '../../../shared/access/labels';

/**
 * Reads what an agency's own schema requires for each field that it resolves; an empty requirement for a field without
 * labels. Composition may add the labels that other agencies give to the same field or type.
 *
 * @param schema `type Child @key(fields: "id") { id: ID! @external  name: String @policy(policies: [["education.x"]]) }`
 * @returns `Child.name` -> `[[['education.x']]]`
 */
export function ownRequirements(schema: DocumentNode): ReadonlyMap<Coordinate, Requirement> {
  const external = federationDirective(schema, 'external');
  const types = schema.definitions.flatMap(asDefinition);
  const others = schema.definitions.filter((node) => asDefinition(node).length === 0);
  const { byField } = readRequirements({ ...schema, definitions: [...types, ...others] });
  return new Map(
    types.flatMap(({ name, fields = [], directives = [] }) =>
      fields
        .filter((field) => ![...directives, ...(field.directives ?? [])].some((one) => external(one.name.value)))
        .map((field) => `${name.value}.${field.name.value}`)
        .map((coordinate) => [coordinate, byField.get(coordinate) ?? []] as const),
    ),
  );
}

// Private:

/** A type that another agency defines is an extension here. */
const asDefinition = (node: DefinitionNode): readonly ObjectTypeDefinitionNode[] =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION
    ? [{ ...node, kind: Kind.OBJECT_TYPE_DEFINITION }]
    : [];
