import { type ASTNode, type FieldDefinitionNode, Kind, type TypeNode } from 'graphql';
import type { Catalogue } from '../../../shared/access/catalogue';
import { classesOf, requirementOf } from '../../../shared/access/labels';
import { type Definitions, namedType, placesOf } from '../definitions';
import type { Rule } from './rule';

/**
 * The substitute for a refused answer must fit the type. A list is `[Thing!]!` and becomes `[]`; a labelled object of a
 * child or root type is nullable and becomes null. In other objects, refusing a non-null field nulls the object. A
 * mutation becomes null, even if it returns a list.
 */
export const nullability: Rule = ({ after }) =>
  [...after.agencies.values()].flatMap(({ agency, definitions, catalogue }) =>
    [...definitions].flatMap(([coordinate, node]) => {
      if (node.kind !== Kind.FIELD_DEFINITION || catalogue === undefined) return [];
      const fault = listFault(coordinate, node.type) ?? objectFault(coordinate, node, definitions, catalogue);
      if (fault === undefined) return [];
      const message = `${coordinate} ${fault}`;
      return [{ what: 'nullability', severity: 'error', agencies: [agency], message, places: placesOf(node) } as const];
    }),
  );

// Private:

function listFault(coordinate: string, type: TypeNode): string | undefined {
  const list = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  if (list.kind !== Kind.LIST_TYPE) return undefined;
  const outer = type.kind === Kind.NON_NULL_TYPE || coordinate.startsWith('Mutation.');
  if (outer && list.type.kind === Kind.NON_NULL_TYPE) return undefined;
  const name = namedType(type);
  return `is a list that can be or contain null; write [${name}!]!, which is [] if there is nothing`;
}

function objectFault(
  coordinate: string,
  { type, directives = [] }: FieldDefinitionNode,
  definitions: Definitions,
  { plain }: Catalogue,
): string | undefined {
  if (type.kind !== Kind.NON_NULL_TYPE || type.type.kind === Kind.LIST_TYPE) return undefined;
  const parent = definitions.get(coordinate.split('.')[0] ?? '');
  if (!isRootOrEntity(parent)) return undefined;
  const name = namedType(type);
  const target = definitions.get(name);
  if (target?.kind !== Kind.OBJECT_TYPE_DEFINITION || plain.has(name)) return undefined;
  const labels = classesOf(requirementOf([...directives, ...(target.directives ?? [])]));
  if (labels.length === 0) return undefined;
  return `is an object that ${labels[0]} can refuse; write ${name}, which is null then`;
}

function isRootOrEntity(type: ASTNode | undefined): boolean {
  if (type?.kind !== Kind.OBJECT_TYPE_DEFINITION && type?.kind !== Kind.OBJECT_TYPE_EXTENSION) return false;
  return type.name.value === 'Query' || (type.directives ?? []).some(({ name }) => name.value === 'key');
}
