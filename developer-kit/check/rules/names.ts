import { type ASTNode, Kind } from 'graphql';
import { placesOf } from '../definitions';
import type { Rule } from './rule';

/** Types are PascalCase, fields and arguments camelCase, values of enums UPPER_CASE: https://graphql.org/learn/schema/ */
export const names: Rule = ({ after }) =>
  [...after.agencies.values()].flatMap(({ agency, definitions }) =>
    [...definitions].flatMap(([coordinate, node]) => {
      const { pattern, style } = conventionFor(node);
      const name = 'name' in node && node.name?.kind === Kind.NAME ? node.name.value : '';
      if (pattern.test(name)) return [];
      const message = `${coordinate} is not ${style}`;
      return [{ what: 'name', severity: 'error', agencies: [agency], message, places: placesOf(node) } as const];
    }),
  );

// Private:

interface Convention {
  readonly pattern: RegExp;
  readonly style: string;
}

const PASCAL: Convention = { pattern: /^[A-Z][A-Za-z0-9]*$/, style: 'PascalCase, as types are' };
const CAMEL: Convention = { pattern: /^[a-z][A-Za-z0-9]*$/, style: 'camelCase, as fields and arguments are' };
const UPPER: Convention = { pattern: /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, style: 'UPPER_CASE, as values of enums are' };

function conventionFor({ kind }: ASTNode): Convention {
  if (kind === Kind.FIELD_DEFINITION || kind === Kind.INPUT_VALUE_DEFINITION) return CAMEL;
  return kind === Kind.ENUM_VALUE_DEFINITION ? UPPER : PASCAL;
}
