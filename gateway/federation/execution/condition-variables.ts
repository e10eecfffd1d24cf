import { type DocumentNode, Kind, visit } from 'graphql';

const known = new WeakMap<DocumentNode, readonly string[]>();

/** The variables that `@skip` and `@include` of a document depend on. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const remembered = known.get(document);
  if (remembered !== undefined) return remembered;
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  const found = [...names];
  known.set(document, found);
  return found;
}

/** Whether a condition has no value: with a default, a variable may be null, and `@skip` and `@include` must not be. */
export function hasNullCondition(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  return conditionVariables(document).some((name) => variables?.[name] === null);
}
