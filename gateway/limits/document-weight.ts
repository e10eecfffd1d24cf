import { type DocumentNode, Kind, print } from 'graphql';
import { documentMetrics } from './document-metrics';

/** Memory of a field in plans and response shapes, in characters. */
const FIELD_CHARACTERS = 40;

/**
 * Estimates the memory that an operation takes, in characters: its text, and its fields with fragments expanded, as
 * plans and response shapes contain them. A text of 1,000 characters can have 2,000 fields.
 */
export function weightOf(document: DocumentNode): number {
  const measure = documentMetrics(document);
  const fields = document.definitions.reduce(
    (sum, each) => (each.kind === Kind.OPERATION_DEFINITION ? sum + measure(each.selectionSet).fields : sum),
    0,
  );
  return (document.loc?.end ?? print(document).length) + fields * FIELD_CHARACTERS;
}
