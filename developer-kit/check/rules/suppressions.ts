import { digestOf } from '../digest';
import type { Rule } from './rule';

/** Reports files with more comments than before that silence the linter or the compiler. */
export const suppressions: Rule = ({ changed }) =>
  changed.flatMap(({ path, before, after }) => {
    const [was, is] = [linesOf(before), linesOf(after)];
    if (is.length <= was.length) return [];
    const more = is.length - was.length;
    const message = `${more} more ${more === 1 ? 'comment silences' : 'comments silence'} the linter or the compiler`;
    const places = is.map((line) => ({ file: path, line }));
    const digest = digestOf(after ?? '');
    return [{ what: 'judge', severity: 'opening', agencies: [], message, places, digest } as const];
  });

// Private:

const SILENCING = /(?:\/\/|\/\*|#)\s*(?:biome-ignore|@ts-(?:ignore|expect-error|nocheck))/;

/** Lines with such a comment, from 1. */
const linesOf = (text: string | undefined): readonly number[] =>
  (text ?? '').split('\n').flatMap((line, index) => (SILENCING.test(line) ? [index + 1] : []));
