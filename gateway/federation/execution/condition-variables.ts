import { type DocumentNode, Kind, visit } from 'graphql';

const known = new WeakMap<DocumentNode, readonly string[]>();

/** The names of the variables in a document's `@skip` and `@include`. */
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
