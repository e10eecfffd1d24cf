import { type DocumentNode, Kind, visit } from 'graphql';
import { oncePer } from '../../request/once-per';

/** The names of the variables in a document's `@skip` and `@include`. */
export const conditionVariables = oncePer((document: DocumentNode): readonly string[] => {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
});
