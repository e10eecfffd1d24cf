import { type DocumentNode, Kind, print } from 'graphql';
import { documentMetrics } from './document-metrics';

/** Characters that a field takes, with its alias and what comes with it. */
const FIELD_CHARACTERS = 40;

/**
 * How much there is to remember of an operation, in characters: its text, and its fields with fragments written out, as
 * plans and shapes of answers have them. A text of 1,000 characters can have 2,000 fields.
 */
export function weightOf(document: DocumentNode): number {
  const measure = documentMetrics(document);
  const fields = document.definitions.reduce(
    (sum, each) => (each.kind === Kind.OPERATION_DEFINITION ? sum + measure(each.selectionSet).fields : sum),
    0,
  );
  return (document.loc?.end ?? print(document).length) + fields * FIELD_CHARACTERS;
}
