import { relative } from 'node:path';
import {
  type ASTNode,
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type TypeNode,
} from 'graphql';
import type { SourceFile } from '../../shared/config/agency-files';
import { PROJECT } from '../../shared/config/project-root';
import type { Place } from './finding';

/**
 * A schema's definitions by coordinate: `Child.attendance(months:)`; https://spec.graphql.org/draft/#sec-Schema-Coordinates
 */
export type Definitions = ReadonlyMap<string, ASTNode>;

/**
 * Finds the definitions in an agency's own schema files.
 *
 * @param files the agency's; nodes of other files belong to the common prelude.
 */
export function definitionsIn(schema: DocumentNode, files: readonly SourceFile[]): Definitions {
  const own = new Set(files.map(({ path }) => path));
  const found = new Map<string, ASTNode>();
  const add = (coordinate: string, node: ASTNode) => {
    if (!found.has(coordinate)) found.set(coordinate, node);
  };
  for (const type of schema.definitions) {
    if (!own.has(type.loc?.source.name ?? '') || !(isTypeDefinitionNode(type) || isTypeExtensionNode(type))) continue;
    const name = type.name.value;
    add(name, type);
    for (const value of 'values' in type ? (type.values ?? []) : []) add(`${name}.${value.name.value}`, value);
    for (const field of 'fields' in type ? (type.fields ?? []) : []) {
      add(`${name}.${field.name.value}`, field);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const one of field.arguments ?? []) add(`${name}.${field.name.value}(${one.name.value}:)`, one);
    }
  }
  return found;
}

/** Returns the places of nodes: those of their names, because descriptions precede them. */
export function placesOf(...nodes: readonly (ASTNode | undefined)[]): Place[] {
  return nodes.flatMap((node) => {
    const { loc } = (node !== undefined && 'name' in node ? node.name : undefined) ?? node ?? {};
    if (loc === undefined) return [];
    const { name } = loc.source;
    return [{ file: name.startsWith('/') ? relative(PROJECT, name) : name, line: loc.startToken.line }];
  });
}

/** `[Thing!]!` -> `Thing` */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

// Private:
