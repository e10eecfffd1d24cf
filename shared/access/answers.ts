import { type Path, pathToArray } from 'graphql/jsutils/Path';
import type { DataClassName } from './catalogue';
import { type Coordinate, classesOf, type Requirement } from './labels';

/** A place in an answer: response keys, and `@` for every element of a list. */
export type AnswerPath = readonly string[];

export interface Denied {
  readonly coordinate: Coordinate;
  /** Several data classes are joined by ` & `. */
  readonly dataClass: DataClassName;
  readonly path: AnswerPath;
}

/**
 * A subgraph's report of refusals and masks: one item for each place in the operation, however many rows it had.
 *
 * @example { denied: [{ coordinate: 'Child.attendance', dataClass: 'education.attendance', path: ['child',
 *   'attendance'] }], masked: [] }
 */
export interface AccessReport {
  readonly denied: readonly Denied[];
  readonly masked: readonly Coordinate[];
}

/**
 * Collects the refusals and masks of one request that the caller may learn. Never contains ABSENT, which must not show.
 */
export class AnswerNotes {
  private readonly denied = new Map<string, Denied>();
  private readonly masked = new Set<Coordinate>();

  noteDenied(coordinate: Coordinate, requirement: Requirement, path: Path | AnswerPath): void {
    const place = 'key' in path ? placeOf(path) : path;
    const key = `${coordinate} ${place.join('.')}`;
    if (!this.denied.has(key)) this.denied.set(key, { coordinate, dataClass: nameOf(requirement), path: place });
  }

  noteMasked(coordinate: Coordinate): void {
    this.masked.add(coordinate);
  }

  /**
   * @returns undefined if everything was answered in clear; otherwise sorted, because the order of discovery can reveal
   *   a fact.
   */
  told(): AccessReport | undefined {
    if (this.denied.size === 0 && this.masked.size === 0) return undefined;
    const denied = [...this.denied].sort(([a], [b]) => (a < b ? -1 : 1));
    return { denied: denied.map(([, answer]) => answer), masked: [...this.masked].sort() };
  }
}

/** Names the data classes of a refusal: of alternatives, the first. */
export function nameOf(requirement: Requirement): DataClassName {
  return classesOf(requirement.map((sets) => sets.slice(0, 1))).join(' & ');
}

export function placeOf(path: Path): AnswerPath {
  return pathToArray(path).map((key) => (typeof key === 'number' ? '@' : key));
}
