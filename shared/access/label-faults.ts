import {
  type ASTNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeNode,
} from 'graphql';
import type { Catalogue } from './catalogue';
import { classesOf, requirementOf } from './labels';

export interface LabelFault {
  readonly message: string;
  readonly node: ASTNode;
}

const SECURITY_DIRECTIVES: ReadonlySet<string> = new Set(['@policy', '@authenticated', '@requiresScopes']);

/**
 * Finds faults of the labels in an agency's schema: a field without a label that is not a key, not plain and does not
 * lead to a labelled type; a label missing from the catalogue; a mask on a field that is not a String; a silent class
 * on a field that cannot be empty; a security directive that is renamed or redefined.
 */
export function labelFaults(schema: DocumentNode, catalogue: Catalogue): LabelFault[] {
  const faults: LabelFault[] = [...renamedDirectives(schema), ...ownDirectives(schema)];
  const typeLabels = labelsOfTypes(schema);
  for (const type of schema.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    faults.push(...otherKeys(type));
    const entity = isEntity(type);
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name.value}`;
      const names = classesOf(requirementOf([...(type.directives ?? []), ...(field.directives ?? [])]));
      const target = typeLabels.get(namedType(field.type, true) ?? '') ?? [];
      // A label on the type that a mutation returns does not decide who may run the mutation.
      const exempt =
        type.name.value !== MUTATION &&
        ((entity && field.name.value === KEY) ||
          target.length > 0 ||
          catalogue.plain.has(type.name.value) ||
          catalogue.plain.has(coordinate));
      if (names.length === 0 && !exempt) {
        faults.push({
          message: `Field "${coordinate}" has no label: add @policy, or list it as plain in the catalogue.`,
          node: field,
        });
      }
      for (const name of names) {
        if (!catalogue.classes.has(name)) {
          faults.push({
            message: `Field "${coordinate}" is labelled "${name}", which the catalogue does not list.`,
            node: field,
          });
        }
      }
      if (type.name.value === MUTATION) {
        const silent = names.find((name) => catalogue.classes.get(name)?.refusal === 'absent');
        if (silent !== undefined || !canBeEmpty(field.type)) {
          faults.push({
            message: silent
              ? `Mutation "${coordinate}" is labelled "${silent}", whose refusal is silent: a caller must see that a mutation was refused.`
              : `Mutation "${coordinate}" can be refused, so its type must be nullable.`,
            node: field,
          });
        }
        continue;
      }
      const own = [...classesOf(requirementOf(field.directives ?? [])), ...target];
      const silent = own.find((name) => catalogue.classes.get(name)?.refusal === 'absent');
      if (silent !== undefined && !canBeEmpty(field.type)) {
        faults.push({
          message: `Field "${coordinate}" can be neither null nor [], so a refusal of "${silent}" cannot be silent.`,
          node: field,
        });
      }
      if (masked(field) && namedType(field.type) !== 'String') {
        faults.push({ message: `Field "${coordinate}" has a mask, but only a String can be masked.`, node: field });
      }
    }
  }
  return faults;
}

/** Keys are sent to other agencies without any decision, so a key must be a pseudonym. */
function otherKeys(type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): LabelFault[] {
  return (type.directives ?? [])
    .filter(({ name }) => name.value === 'key')
    .filter(({ arguments: given = [] }) =>
      given.some(
        ({ name, value }) => name.value === 'fields' && !(value.kind === Kind.STRING && value.value.trim() === KEY),
      ),
    )
    .map((node) => ({ message: `Type "${type.name.value}" has a key other than "${KEY}".`, node }));
}

const KEY = 'id';
const MUTATION = 'Mutation';

const isEntity = (type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode): boolean =>
  (type.directives ?? []).some(({ name }) => name.value === 'key');

const masked = (field: FieldDefinitionNode): boolean =>
  (field.directives ?? []).some(({ name }) => name.value === 'mask');

/** @param throughLists whether to return the item type of a list; if not, a list gives undefined. */
function namedType(type: TypeNode, throughLists = false): string | undefined {
  if (type.kind === Kind.NON_NULL_TYPE) return namedType(type.type, throughLists);
  if (type.kind === Kind.LIST_TYPE) return throughLists ? namedType(type.type, true) : undefined;
  return type.name.value;
}

const canBeEmpty = (type: TypeNode): boolean => type.kind !== Kind.NON_NULL_TYPE || type.type.kind === Kind.LIST_TYPE;

function labelsOfTypes(schema: DocumentNode): ReadonlyMap<string, readonly string[]> {
  return new Map(
    schema.definitions.flatMap((type) =>
      type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.OBJECT_TYPE_EXTENSION
        ? [[type.name.value, classesOf(requirementOf(type.directives ?? []))] as const]
        : [],
    ),
  );
}

/** Renaming by `@link(import: [{ name: "@policy", as: "@label" }])` is a known way around labels (GHSA-g8jh-vg5j-4h3f). */
function renamedDirectives(schema: DocumentNode): LabelFault[] {
  return schema.definitions
    .filter((node) => node.kind === Kind.SCHEMA_EXTENSION || node.kind === Kind.SCHEMA_DEFINITION)
    .flatMap((node) => node.directives ?? [])
    .filter(({ name }) => name.value === 'link')
    .flatMap((link) => link.arguments ?? [])
    .flatMap(({ name, value }) => (name.value === 'import' && value.kind === Kind.LIST ? value.values : []))
    .flatMap((imported) => {
      if (imported.kind !== Kind.OBJECT) return [];
      const part = (key: string) => imported.fields.find(({ name }) => name.value === key)?.value;
      const original = part('name');
      const renamed =
        original?.kind === Kind.STRING && SECURITY_DIRECTIVES.has(original.value) && part('as') !== undefined;
      return renamed ? [{ message: 'A security directive must keep its name.', node: imported }] : [];
    });
}

/** Composition drops directives that a schema defines itself, so that the gateway would not see the label. */
function ownDirectives(schema: DocumentNode): LabelFault[] {
  return schema.definitions
    .filter((node) => node.kind === Kind.DIRECTIVE_DEFINITION)
    .filter(({ name }) => SECURITY_DIRECTIVES.has(`@${name.value}`))
    .map((node) => ({
      message: `The directive @${node.name.value} must be imported from federation, not defined.`,
      node,
    }));
}
