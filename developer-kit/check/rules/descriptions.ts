import { type ASTNode, Kind } from 'graphql';
import { placesOf } from '../definitions';
import type { Rule } from './rule';

/**
 * Every type and field is described in English with the Chinese term that its officers use. Values of enums need the
 * Chinese term alone. Arguments need no description, but one that has one keeps to the same.
 */
export const descriptions: Rule = ({ after }) =>
  [...after.agencies.values()].flatMap(({ agency, definitions }) =>
    [...definitions].flatMap(([coordinate, node]) => {
      const fault = faultOf(coordinate, node);
      if (fault === undefined) return [];
      const message = `${coordinate} ${fault}`;
      return [{ what: 'description', severity: 'error', agencies: [agency], message, places: placesOf(node) } as const];
    }),
  );

// Private:

const CHINESE = /\p{Script=Han}/u;
const ENGLISH = /[A-Za-z]{3}/;

/** Query has no Chinese term, and the governance centre describes Child for all. */
const DESCRIBED_ELSEWHERE: ReadonlySet<string> = new Set(['Query', 'Child']);

function faultOf(coordinate: string, node: ASTNode): string | undefined {
  const description = ('description' in node ? node.description?.value : undefined) ?? '';
  if (DESCRIBED_ELSEWHERE.has(coordinate) || isExtension(node) || isAnothers(node)) return undefined;
  if (coordinate.endsWith(':)') && description === '') return undefined;
  if (description === '') return 'has no description, in English with the Chinese term';
  if (!CHINESE.test(description)) return 'is described without the Chinese term';
  const english = node.kind === Kind.ENUM_VALUE_DEFINITION || ENGLISH.test(description);
  return english ? undefined : 'is described in Chinese only; the English words are missing';
}

/** Whoever owns a field describes it, and a type that is there for the sake of such fields alone. */
function isAnothers(node: ASTNode): boolean {
  if (node.kind === Kind.OBJECT_TYPE_DEFINITION) return node.fields?.every(isAnothers) === true;
  return node.kind === Kind.FIELD_DEFINITION && (node.directives ?? []).some(({ name }) => name.value === 'external');
}

/** GraphQL describes a type where it is defined, and nowhere else. */
const isExtension = ({ kind }: ASTNode): boolean => kind.endsWith('Extension');
