import { type ASTNode, Kind } from 'graphql';
import { placesOf } from '../definitions';
import type { Rule } from './rule';

/** A different mask shows a different part of the value to everyone who is answered masked. */
export const masks: Rule = ({ before, after }) =>
  [...after.agencies.values()].flatMap(({ agency, definitions }) =>
    [...definitions].flatMap(([coordinate, node]) => {
      const [was, is] = [formOf(before.definitions.get(agency)?.get(coordinate)), formOf(node)];
      if (was === undefined || is === undefined || was === is) return [];
      const message = `${coordinate} — everyone who is answered MASKED sees the value masked as ${is} instead of ${was}`;
      return [{ what: 'mask', severity: 'opening', agencies: [agency], message, places: placesOf(node) } as const];
    }),
  );

// Private:

/** `@mask(as: NAME)` -> `NAME` */
function formOf(node: ASTNode | undefined): string | undefined {
  if (node?.kind !== Kind.FIELD_DEFINITION) return undefined;
  const mask = node.directives?.find(({ name }) => name.value === 'mask');
  const form = mask?.arguments?.find(({ name }) => name.value === 'as')?.value;
  return form?.kind === Kind.ENUM ? form.value : undefined;
}
