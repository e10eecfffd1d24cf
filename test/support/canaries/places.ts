import { type GraphQLOutputType, getNamedType, isObjectType } from 'graphql';
import type { Coordinate } from '../../../shared/access/labels';
import type { Reply } from '../system';
import { SCHEMA } from '../worlds/queries';
import type { Column, Marks } from './marks';

/** A value of a column, and the place where a caller found it. */
export interface Sighting {
  readonly column: Column;
  /** A field, `Enrolment.school`; a cursor; or a part of the answer in which no value may be. */
  readonly place: { readonly field: Coordinate } | { readonly cursor: Coordinate } | { readonly part: string };
}

/** A value at a place of an answer. */
export interface Leaf {
  readonly path: string;
  readonly field: Coordinate;
  readonly value: unknown;
}

/** Every value of an answer's data. */
export function leavesOf(data: unknown): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (value: unknown, type: GraphQLOutputType, path: string, field: Coordinate): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, type, `${path}[${index}]`, field);
      return;
    }
    const named = getNamedType(type);
    if (!isObjectType(named)) {
      leaves.push({ path, field, value });
      return;
    }
    for (const [name, inner] of Object.entries(value)) {
      const below = named.getFields()[name];
      if (below !== undefined) walk(inner, below.type, `${path}.${name}`, `${named.name}.${name}`);
    }
  };
  const query = SCHEMA.getQueryType();
  if (query) walk(data, query, '', '');
  return leaves;
}

/** Every mark in an answer: in its data, its errors and extensions, and its headers. */
export function sightings(marks: Marks, { body, headers, text }: Reply): readonly Sighting[] {
  const { data, ...rest } = body ?? { data: null, text };
  const inPart = (part: string, content: string) => marks.in(content).map((column) => ({ column, place: { part } }));
  const leaves = leavesOf(data);
  const ofEdges = new Set(leaves.filter(({ field }) => field.endsWith('Edge.cursor')).map(({ value }) => value));
  return [
    ...leaves.flatMap(({ field, value }): Sighting[] => {
      const text = String(value);
      // The page's last cursor is that of its last edge.
      if (field === 'PageInfo.endCursor' && ofEdges.has(value)) return [];
      if (!/[cC]ursor$/.test(field)) return marks.in(text).map((column) => ({ column, place: { field } }));
      const decoded = Buffer.from(text, 'base64url').toString('utf8');
      return marks.in(`${text} ${decoded}`).map((column) => ({ column, place: { cursor: field } }));
    }),
    ...inPart('an error or the extensions of an answer', JSON.stringify(rest)),
    ...inPart('a header', JSON.stringify([...headers])),
  ];
}
