import { type ASTNode, Kind } from 'graphql';
import { placesOf } from '../definitions';
import type { Rule } from './rule';

/**
 * Every type and field has a description in English with the Chinese term of its officers. Enum values need only the
 * Chinese term. Arguments need no description, but if they have one it follows the same rule.
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

/** Query has no Chinese term; the governance centre describes Child for all agencies. */
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

/** Whether another agency describes it: the owner of a field does, and of a type that exists only for such fields. */
function isAnothers(node: ASTNode): boolean {
  if (node.kind === Kind.OBJECT_TYPE_DEFINITION) return node.fields?.every(isAnothers) === true;
  return node.kind === Kind.FIELD_DEFINITION && (node.directives ?? []).some(({ name }) => name.value === 'external');
}

/** GraphQL allows descriptions only where a type is defined. */
const isExtension = ({ kind }: ASTNode): boolean => kind.endsWith('Extension');
